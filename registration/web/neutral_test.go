package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestKnownCompanionIsNotRevealed: whoever brings somebody reads the same on
// every page and after every act, whether or not that person had signed up.
func TestKnownCompanionIsNotRevealed(t *testing.T) {
	t.Parallel()
	for _, queue := range []bool{true, false} {
		stranger, friend := story(t, false, queue), story(t, true, queue)
		if len(stranger) != len(friend) || len(stranger) < 15 {
			t.Fatalf("%d and %d pages", len(stranger), len(friend))
		}
		for i, page := range stranger {
			if page != friend[i] {
				t.Errorf("page %d (queue %v) tells them apart:\n%s\n%s", i, queue, page, friend[i])
			}
		}
	}
}

// TestKnownCompanionInQueueIsNotRevealed is the same for a party that waits for seats,
// and of what happens when it would take those that are free.
func TestKnownCompanionInQueueIsNotRevealed(t *testing.T) {
	t.Parallel()
	for _, free := range []bool{false, true} {
		var read [2]string
		for i, seated := range []string{"paul@x.example", "autre@x.example"} {
			f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions, m.Queue, m.Seats = 2, true, 1 })
			values := valid()
			values.Set("email", seated)
			f.post(f.link(link.ForConfirm, f.signUp(values)), nil).want(t, http.StatusSeeOther)
			values = valid()
			row(values, 0, "Paul", "Étienne", "paul@x.example")
			row(values, 1, "Ida", "Martin", "")
			f.post(form, values).want(t, http.StatusSeeOther)
			all := f.signups()
			lead, paul := all[1], all[2]
			mine := f.link(link.ForManage, lead)
			f.post(f.link(link.ForConfirm, lead), nil).want(t, http.StatusSeeOther)
			read[i] = f.get(mine).want(t, http.StatusOK).Body
			if !strings.Contains(read[i], "groupe") {
				t.Fatalf("the page says nothing of the group:\n%s", read[i])
			}
			if free {
				f.configure(func(m *registration.Meeting) { m.Seats = 2 })
			}
			a := f.post(mine+"/proposition", url.Values{"answer": {"part"}, "with": {paul.ID.String()}})
			read[i] = varying.ReplaceAllString(read[i]+http.StatusText(a.StatusCode)+a.Header.Get("Location")+f.get(mine).Body, "…")
		}
		if read[0] != read[1] {
			t.Errorf("free %v: the page of who brings Paul tells whether he is signed up:\n%s\n%s", free, read[0], read[1])
		}
	}
}

// varying is what differs between any two pages: ids, codes, links.
var varying = regexp.MustCompile(`/mon-inscription/[-_A-Za-z0-9]+|/confirmation/[-_A-Za-z0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|/accueil/\w+|&qui=[-_A-Za-z0-9]+|<path fill="#000" d="[^"]+"/>|"code": "\w+"|\d+ places? restantes?`)

// story is what somebody reads who brings Paul, who is signed up already or
// not.
func story(t *testing.T, known, queue bool) (pages []string) {
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions, m.Queue, m.Hold = 2, queue, 4*time.Hour })
	if known {
		values := valid()
		values.Set("email", "paul@x.example")
		f.post(f.link(link.ForConfirm, f.signUp(values)), nil).want(t, http.StatusSeeOther)
	}
	values := valid()
	row(values, 0, "Paul", "Étienne", "Paul@x.example")
	f.post(form, values).want(t, http.StatusSeeOther)
	all := f.signups()
	lead, paul := all[len(all)-2], all[len(all)-1]
	mine := f.link(link.ForManage, lead)
	read := func(a answer) {
		text := a.Body + a.Header.Get("Location")
		if i := strings.Index(a.Body, "<main"); i >= 0 {
			text = a.Body[i:]
		}
		pages = append(pages, varying.ReplaceAllString(http.StatusText(a.StatusCode)+text, "…"))
	}
	look := func() {
		for _, path := range []string{"", "/accompagnants", "/donnees", "/donnees.json", "/annulation", "/effacement"} {
			read(f.get(mine + path))
		}
	}
	bring := func() {
		values := url.Values{}
		row(values, 0, "Paul", "Étienne", "paul@x.example")
		read(f.post(mine+"/accompagnants", values))
		all := f.signups()
		paul = all[len(all)-1]
	}
	remove := func() {
		path := mine + "/accompagnants/" + paul.ID.String() + "/retrait"
		read(f.get(path))
		read(f.post(path, nil))
	}
	look()
	f.post(f.link(link.ForConfirm, lead), nil).want(t, http.StatusSeeOther)
	look()
	bring() // twice in one party
	remove()
	look()
	for range 3 {
		bring()
		look()
		remove()
	}
	f.clock.Pass(25 * time.Hour)
	bring()
	f.clock.Pass(5 * time.Hour) // he does not answer
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	look()
	read(f.post(mine+"/annulation", nil))
	look()
	read(f.post(mine+"/retablissement", nil))
	look()
	remove()
	look()
	if !known {
		return pages
	}
	// What the lead typed is not Paul's sign-up, which stays as it was.
	s := f.signups()[0]
	if s.Email != "paul@x.example" || s.Status() != registration.StatusConfirmed || s.Party != s.ID {
		t.Errorf("the known companion is %+v", s)
	}
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "298 places restantes")
	return pages
}
