package site_test

import (
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

const crowded = "2019-06-20-exemple"

// attendeePages makes a meeting in which people stand in every state, asks
// something of every kind, and lists their pages.
func (l *live) attendeePages() []page {
	l.t.Helper()
	l.putCrowded(func(m *registration.Meeting) { m.Approval = true })
	wanted, refused := l.join("approval@x.example"), l.join("refused@x.example")
	l.check(l.site.Desk.Decide(l.t.Context(), crowded, refused.ID, false))
	l.putCrowded(func(m *registration.Meeting) {})
	lead := l.join("lead@x.example", "Paul", "Nour")
	offered, waiting, gone := l.join("offered@x.example"), l.join("waiting@x.example"), l.join("cancelled@x.example")
	full := "/rencontres/" + crowded
	pages := []page{
		{path: full, status: 200}, {path: "/en" + full, status: 200}, {path: full + "/inscription", status: 200},
		{path: "/en" + full + "/inscription", status: 200}, {path: full + "/inscription", status: 422, submit: true},
		{path: full + "/inscription", status: 422, submit: true, fill: `document.getElementById('companions-0-given_name').value = 'Paul'`},
	}
	mine := func(s registration.Signup, paths ...string) {
		for _, path := range paths {
			pages = append(pages, page{path: "/mon-inscription/" + l.manage(s) + path, status: 200})
		}
	}
	l.must(l.site.Desk.Cancel(l.t.Context(), l.manage(gone)))
	l.check(desktest.SetSeats(l.t.Context(), l.site.Desk, crowded, registration.MeetingSession, 4)) // one more seat
	mine(lead, "", "/modification", "/sessions", "/accompagnants", "/billet", "/donnees", "/annulation", "/effacement",
		"/accompagnants/"+l.party(lead)[1].ID.String()+"/retrait", "/accompagnants/"+l.party(lead)[1].ID.String()+"/modification", "/accompagnants/"+l.party(lead)[1].ID.String()+"/sessions", "/adresse", "/remplacement")
	mine(wanted, "")
	mine(refused, "")
	mine(waiting, "", "/sessions")
	mine(offered, "")
	mine(gone, "")
	record := func(s registration.Signup) string { return "/organisation" + full + "/inscriptions/" + s.Code }
	for _, path := range []string{record(lead), record(lead) + "?fait=lien", "/en" + record(lead), record(lead) + "/lien", record(gone) + "/lien",
		record(gone) + "/retablissement", record(waiting) + "/promotion", record(lead) + "/accompagnants", record(lead) + "?empeche=decision",
		record(l.party(lead)[1]), record(wanted), record(wanted) + "/decision"} {
		pages = append(pages, page{path: path, status: 200})
	}
	closing := registration.ShippedExample()
	closing.Slug = "2019-06-21-exemple"
	l.check(l.store.PutMeeting(l.t.Context(), closing))
	pages = append(pages, page{path: "/rencontres/" + closing.Slug + "/inscription", status: 409, submit: true, late: func() {
		closing.OpensAt, closing.ClosesAt = l.site.Desk.Now().Add(-48*time.Hour), l.site.Desk.Now().Add(-time.Hour)
		l.check(l.store.PutMeeting(l.t.Context(), closing))
	}})
	pages = append(pages, l.transferPages(waiting)...)
	token := "/mon-inscription/" + l.manage(lead)
	return append(pages,
		page{path: "/en" + token, status: 200}, page{path: "/en" + token + "/billet", status: 200}, page{path: token + "?fait=modification", status: 200},
		page{path: token + "/accompagnants", status: 422, submit: true}, page{path: "/accueil/" + lead.Code, status: 200},
	)
}

// transferPages has somebody ask for a replacement, and lists the pages that this
// gives, those of links that are no good included.
func (l *live) transferPages(s registration.Signup) []page {
	l.t.Helper()
	asked, err := l.site.Desk.Replace(l.t.Context(), l.manage(s), registration.Companion{GivenName: "Ada", FamilyName: "Byron", Email: "ada@x.example"})
	l.check(err)
	confirm := "/remplacement/" + l.keys.Token(link.ForTransfer, asked.ID, asked.Transfer.Number)
	mine := "/mon-inscription/" + l.manage(s)
	return []page{
		{path: mine, status: 200}, {path: mine + "/remplacement", status: 200}, {path: confirm, status: 200}, {path: "/en" + confirm, status: 200},
		{path: mine + "/adresse", status: 422, submit: true, button: "form:last-of-type button"},
		{path: "/mon-inscription/x", status: 404}, {path: "/lien-perdu", status: 200}, {path: "/lien-perdu?message", status: 200},
	}
}

// putCrowded configures the meeting of attendeePages: three seats, two sessions
// at the same hour, a question of each kind.
func (l *live) putCrowded(change func(*registration.Meeting)) {
	l.t.Helper()
	m := registration.ShippedExample()
	m.Slug, m.Seats, m.Day.Day = crowded, 3, 20
	m.Sessions[0].Slot, m.Sessions[1].Slot, m.Sessions[1].Seats = "10:30", "10:30", 1
	options := []registration.Option{{ID: "train", Label: registration.Localized{FR: "En train", EN: "By train"}}, {ID: "velo", Label: registration.Localized{FR: "À vélo"}}}
	m.Questions = []registration.Question{
		{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Localized{FR: "De quoi avez-vous besoin ?", EN: "What do you need?"}, Hint: registration.Localized{FR: "Par exemple un accès de plain-pied."}, RetentionDays: 7},
		{ID: "trajet", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Comment venez-vous ?"}, Options: options},
		{ID: "retour", Kind: registration.ChoicesQuestion, Label: registration.Localized{FR: "Comment repartez-vous ?"}, Options: options},
		{ID: "repas", Kind: registration.YesNoQuestion, Label: registration.Localized{FR: "Déjeunez-vous sur place ?"}},
	}
	change(&m)
	l.check(l.store.PutMeeting(l.t.Context(), m))
}

// join signs somebody up with companions and confirms the address.
func (l *live) join(email string, companions ...string) registration.Signup {
	l.t.Helper()
	r := registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: email, Organisation: "Communauté d’agglomération", Function: "Vice-présidente",
		Category: registration.Elected, Territory: "ti-2701", Sessions: []registration.SessionID{"innovation"}, Privacy: true,
		Answers: registration.Answers{"trajet": {"velo"}, "retour": {"train", "velo"}}, Interests: []string{"innover"},
	}
	for i, name := range companions {
		r.Companions = append(r.Companions, registration.Companion{GivenName: name, FamilyName: "Étienne"})
		if i > 0 {
			r.Companions[i].Email = fmt.Sprintf("%d-%s", i, email)
		}
	}
	if _, err := l.site.Desk.SignUp(l.t.Context(), crowded, r); err != nil {
		l.t.Fatal(err)
	}
	for s, err := range l.site.Desk.Signups(l.t.Context(), registration.Query{Meeting: crowded}) {
		l.check(err)
		if s.Email == email {
			l.must(l.site.Desk.Confirm(l.t.Context(), l.keys.Token(link.ForConfirm, s.ID, s.Version)))
			return s
		}
	}
	l.t.Fatalf("no sign-up of %s", email)
	return registration.Signup{}
}

func (l *live) manage(s registration.Signup) string {
	return l.keys.Token(link.ForManage, s.ID, s.Version)
}

func (l *live) party(s registration.Signup) []registration.Signup {
	l.t.Helper()
	all, err := l.site.Desk.Party(l.t.Context(), s)
	l.check(err)
	return all
}

func (l *live) must(_ registration.Signup, err error) {
	l.t.Helper()
	l.check(err)
}

func (l *live) check(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}
