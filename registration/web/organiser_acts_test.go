package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// confirmedNamed signs somebody up whose address is confirmed, and empties the outbox.
func (f *fixture) confirmedNamed(email, family string) registration.Signup {
	f.t.Helper()
	values := valid()
	values.Set("email", email)
	values.Set("family_name", family)
	s := f.signUp(values)
	f.post(f.link(link.ForConfirm, s), nil).want(f.t, http.StatusSeeOther)
	f.posted()
	return f.again(s)
}

// again returns a sign-up as it is now.
func (f *fixture) again(s registration.Signup) registration.Signup {
	f.t.Helper()
	for _, now := range f.signups() {
		if now.ID == s.ID {
			return now
		}
	}
	f.t.Fatal("a sign-up is gone")
	return s
}

func (f *fixture) wantMails(want ...registration.Kind) {
	f.t.Helper()
	if diff := cmp.Diff(want, f.posted()); diff != "" {
		f.t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestCorrection(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/modification"
	first := f.get(path).want(t, http.StatusOK, "1 message part, à Anne-Sophie Martin.", `value="Martin"`).filled()
	f.wantMails() // a page changes nothing
	second := f.get(path).filled()
	to := f.post(path, first).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Rien n’a été modifié.")
	f.wantMails()
	first.Set("organisation", "Région Bretagne")
	to = f.post(path, first).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Les renseignements sont corrigés.", "Région Bretagne", "<h1><bdi>Anne-Sophie Martin</bdi></h1>")
	f.wantMails(registration.MailChanged)

	second.Set("family_name", "Martineau")
	page := f.post(path, second).want(t, http.StatusConflict, "Cette inscription a changé entre-temps", "Ce qui a été fait entre-temps", "organiser@regions.example",
		`value="Martineau"`, `value="Région Bretagne"`)
	if got := f.again(s).FamilyName; got != "Martin" {
		t.Errorf("the second organiser wrote %q over the first", got)
	}
	f.post(path, page.filled()).want(t, http.StatusSeeOther)
	if got := f.again(s); got.FamilyName != "Martineau" || got.Organisation != "Région Bretagne" {
		t.Errorf("in the end: %+v", got.Person)
	}
	bad := page.filled()
	bad.Set("revision", "99999")
	bad.Del("revision")
	bad.Set("family_name", "")
	f.post(path, bad).want(t, http.StatusUnprocessableEntity, "family_name-error")
}

func TestCorrectAddress(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s, other := f.confirmedNamed("wrong@x.example", "Martin"), f.confirmedNamed("other@x.example", "Petit")
	old := f.link(link.ForManage, s)
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(s) + "/adresse"
	f.get(path).want(t, http.StatusOK, "L’ancienne ne reçoit rien")
	f.post(path, url.Values{"email": {other.Email}}).want(t, http.StatusConflict, "a déjà une inscription", `value="other@x.example"`)
	f.post(path, url.Values{"email": {"no address"}}).want(t, http.StatusUnprocessableEntity, "email-error")
	f.get(old).want(t, http.StatusOK)
	f.wantMails()
	f.post(path, url.Values{"email": {"right@x.example"}}).want(t, http.StatusSeeOther)
	f.get(old).want(t, http.StatusNotFound)
	now := f.again(s)
	if now.Email != "right@x.example" || now.Status() != registration.StatusConfirmed {
		t.Errorf("%s is %s", now.Email, now.Status())
	}
	f.get(f.link(link.ForManage, now)).want(t, http.StatusOK, "Place confirmée")
	f.wantMails(registration.MailConfirmed)
}

func TestCancelUndoAndErase(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, true })
	s, next := f.confirmedNamed("a@x.example", "Martin"), f.confirmedNamed("b@x.example", "Suivante")
	f.signInAs(registration.RoleOrganiser)
	f.get(recordOf(s)+"/annulation").want(t, http.StatusOK, "2 messages partent, à Anne-Sophie Martin et Anne-Sophie Suivante.", "La place est proposée à Anne-Sophie Suivante.")
	if got := f.again(s).Status(); got != registration.StatusConfirmed {
		t.Fatalf("looking made it %s", got)
	}
	to := f.post(recordOf(s)+"/annulation", nil).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "est annulée", recordOf(s)+"/retablissement")
	f.wantMails(registration.MailCancelled, registration.MailOffer)
	to = f.post(recordOf(s)+"/modification", valid()).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "Rien n’a été fait.") // on somebody who cancelled a second ago
	f.post(recordOf(s)+"/retablissement", nil).want(t, http.StatusSeeOther)
	if got := f.again(s).Status(); got != registration.StatusWaitlisted {
		t.Errorf("undone to %s", got)
	}

	f.clock.Pass(11 * time.Minute)
	f.get(recordOf(next)+"/effacement").want(t, http.StatusOK, "L’effacement est définitif.")
	f.post(recordOf(next)+"/effacement", nil).want(t, http.StatusSeeOther)
	if f.again(next).Erased() {
		t.Fatal("erased without a new sign-in")
	}
	f.signInAs(registration.RoleOrganiser)
	to = f.post(recordOf(next)+"/effacement", nil).want(t, http.StatusSeeOther).Header.Get("Location")
	page := f.get(to).want(t, http.StatusOK, "Les données sont effacées.")
	if !f.again(next).Erased() || strings.Contains(page.Body, "Suivante") {
		t.Error("the page still names the person")
	}
}

func TestEnlist(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Approval = true })
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/inscriptions/nouvelle"
	f.get(path).want(t, http.StatusOK, "Sans adresse, aucun message ne part.")
	form := valid()
	form.Del("privacy")
	to := f.post(path, form).want(t, http.StatusSeeOther).Header.Get("Location")
	f.get(to).want(t, http.StatusOK, "La personne est inscrite.", "Inscription par un organisateur, au téléphone", "confirmée")
	f.wantMails(registration.MailEnlisted)
	f.post(path, form).want(t, http.StatusConflict, "a déjà une inscription", recordOf(f.signups()[0]))
	form.Set("email", "")
	form.Set("given_name", "")
	f.post(path, form).want(t, http.StatusUnprocessableEntity, "given_name-error")
	form.Set("given_name", "Paul")
	f.post(path, form).want(t, http.StatusSeeOther)
	f.wantMails()
	s := f.signups()[1]
	if s.Status() != registration.StatusConfirmed || s.Email != "" {
		t.Errorf("%s, %q", s.Status(), s.Email)
	}
	if pdf := f.get(recordOf(s)+"/billet").want(t, http.StatusOK); !strings.HasPrefix(pdf.Body, "%PDF") {
		t.Error("no ticket to print")
	}
	f.post(f.link(link.ForDisavow, f.signups()[0]), nil).want(t, http.StatusSeeOther) // « ce n'est pas moi »
	if got := f.signups()[0].Status(); got != registration.StatusCancelled {
		t.Errorf("disavowed, and %s", got)
	}
}

func TestPromote(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, true })
	f.confirmedNamed("a@x.example", "Assise")
	f.confirmedNamed("b@x.example", "Première")
	last := f.confirmedNamed("c@x.example", "Dernière")
	f.signInAs(registration.RoleOrganiser)
	path := recordOf(last) + "/promotion"
	page := f.get(path).want(t, http.StatusOK, "La rencontre est complète", "Elle passe devant une personne arrivée avant elle", "Première", "1 message part")
	if got := f.again(last).Status(); got != registration.StatusWaitlisted {
		t.Fatalf("looking made it %s", got)
	}
	if !strings.Contains(page.Body, `value="beyond"`) {
		t.Fatal("no button for a seat beyond the capacity")
	}
	f.post(path, nil).want(t, http.StatusConflict, "plus de place")
	f.post(path, url.Values{"answer": {"beyond"}}).want(t, http.StatusSeeOther)
	if got := f.again(last).Status(); got != registration.StatusConfirmed {
		t.Errorf("promoted to %s", got)
	}
	f.wantMails(registration.MailConfirmed)
}

func TestSessionsCompanionsAndSendAgain(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	f.clock.Set(f.first().FreezeAt().Add(time.Minute)) // the freeze does not bind organisers
	f.signInAs(registration.RoleOrganiser)
	f.get(f.link(link.ForManage, s)+"/sessions").want(t, http.StatusSeeOther)
	f.posted()
	f.get(recordOf(s)+"/sessions").want(t, http.StatusOK, "Une place rendue", `value="innovation"`)
	f.post(recordOf(s)+"/sessions", url.Values{"sessions": {"innovation"}}).want(t, http.StatusSeeOther)
	if diff := cmp.Diff([]string{"innovation"}, f.again(s).Sessions()); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	f.wantMails(registration.MailChanged)
	f.get(recordOf(s)+"/accompagnants").want(t, http.StatusOK, "Sans adresse")
	f.post(recordOf(s)+"/accompagnants", url.Values{"given_name": {"Paul"}}).want(t, http.StatusUnprocessableEntity, "family_name-error", `value="Paul"`)
	f.post(recordOf(s)+"/accompagnants", url.Values{"given_name": {"Paul"}, "family_name": {"Petit"}}).want(t, http.StatusSeeOther)
	f.get(recordOf(s)).want(t, http.StatusOK, "Paul Petit")
	f.get(recordOf(s)+"/annulation").want(t, http.StatusOK, `value="group"`, `value="alone"`)
	f.wantMails()
	f.get(recordOf(s)+"/envoi").want(t, http.StatusOK, "a@x.example", "1 message part")
	f.post(recordOf(s)+"/envoi", nil).want(t, http.StatusSeeOther)
	f.wantMails(registration.MailConfirmed)
	f.post(recordOf(s)+"/annulation", url.Values{"answer": {"alone"}}).want(t, http.StatusSeeOther)
	all := f.signups()
	if all[0].Status() != registration.StatusCancelled || all[1].Status() != registration.StatusConfirmed {
		t.Errorf("alone: %s and %s", all[0].Status(), all[1].Status())
	}
}

// TestSentAgainOnce: who taps twice to have a mail sent again sends one, also where the
// first has left already; ten seconds later it is sent again.
func TestSentAgainOnce(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.confirmedNamed("a@x.example", "Martin")
	f.signInAs(registration.RoleOrganiser)
	many := "/organisation/rencontres/" + slug + "/plusieurs"
	for range 2 {
		f.clock.Pass(11 * time.Second)
		f.post(recordOf(s)+"/envoi", nil).want(t, http.StatusSeeOther)
		f.wantMails(registration.MailConfirmed)
		f.clock.Pass(5 * time.Second)
		f.post(recordOf(s)+"/envoi", nil).want(t, http.StatusSeeOther)
		f.post(many, url.Values{"act": {"resend"}, "go": {"do"}, "codes": {s.Code}}).want(t, http.StatusSeeOther)
		f.wantMails()
	}
}

// TestEnlistedOnce: the form for somebody who telephones, sent twice, signs up once and
// leads both times to that person, with an address or without; for somebody else it can
// be sent again.
func TestEnlistedOnce(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 2 })
	f.signInAs(registration.RoleOrganiser)
	path := "/organisation/rencontres/" + slug + "/inscriptions/nouvelle"
	for n, email := range []string{"", "ida@x.example"} {
		form := with(f.get(path).want(t, http.StatusOK).fields(), "given_name", "Ida", "family_name", "Tel", "email", email, "category", "elu", "language", "fr")
		row(form, 0, "Paul", "Tel", "")
		first := f.post(path, form).want(t, http.StatusSeeOther).Header.Get("Location")
		if again := f.post(path, form).want(t, http.StatusSeeOther).Header.Get("Location"); again != first {
			t.Errorf("%q: the second leads to %s, not to %s", email, again, first)
		}
		form.Set("given_name", "Eva")
		form.Set("email", "")
		f.post(path, form).want(t, http.StatusSeeOther)
		if got, want := len(f.signups()), 4*(n+1); got != want {
			t.Errorf("%q: %d people, want %d", email, got, want)
		}
		if s := f.signups()[4*n]; s.ID != s.Party || f.signups()[4*n+1].Party != s.ID {
			t.Errorf("%q: the party is not that of its lead", email)
		}
	}
}
