package registration_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func TestApproval(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, func(m *registration.Meeting) { m.Approval = true })
	ctx := t.Context()
	one, two, three := d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0)
	d.want(t, 1, registration.StatusApproval)
	for s, approve := range map[registration.ID]bool{one.ID: true, three.ID: false} {
		if err := d.Decide(ctx, slug, s, approve); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Decide(ctx, slug, two.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusConfirmed)
	d.want(t, 2, registration.StatusWaitlisted)
	d.want(t, 3, registration.StatusRefused)
	if err := d.Decide(ctx, slug, one.ID, false); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("decide twice: %v, want ErrNotFound", err)
	}
	d.check(t)
}

func TestEditEraseReissue(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "meal", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Question"}, Options: []registration.Option{
			{ID: "fish", Label: registration.Localized{FR: "Poisson"}}, {ID: "none", Label: registration.Localized{FR: "Rien"}}}}}
	})
	ctx := t.Context()
	s := d.join(t, 1, 1)
	r := request(1)
	r.GivenName, r.Email, r.Answers = " Jehanne ", "other@exemple.fr", registration.Answers{"meal": {"fish"}, "colour": {"blue"}}
	if _, err := d.Edit(ctx, d.manage(s), r); err != nil {
		t.Fatal(err)
	}
	s = d.byNumber(t, 1) // the address stays
	if s.GivenName != "Jehanne" || len(s.Answers) != 1 || s.Answers["meal"][0] != "fish" {
		t.Errorf("edited to %+v, %v", s.Person, s.Answers)
	}
	r.Answers = registration.Answers{"meal": {"meat"}}
	if _, err := d.Edit(ctx, d.manage(s), r); err == nil {
		t.Error("an answer that is no option was taken")
	}
	old := d.manage(s)
	if err := d.Reissue(ctx, slug, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(ctx, old); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a revoked link: %v, want ErrNotFound", err)
	}
	s = d.byNumber(t, 1)
	if err := d.Erase(ctx, d.manage(s)); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.all(t) {
		if p.Person != (registration.Person{}) || p.AddressKey != "" || len(p.Answers) > 0 || p.EndedAt.IsZero() {
			t.Errorf("after erasing: %+v", p)
		}
	}
	if _, _, err := d.Read(ctx, link.ForManage, d.manage(s)); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the link after erasing: %v, want ErrNotFound", err)
	}
	d.check(t)
}

func TestCompanionsRefused(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	for name, tt := range map[string]struct {
		companions []registration.Companion
		path       string
	}{
		"too many":    {make4(), "companions"},
		"no name":     {[]registration.Companion{{GivenName: "Paul"}}, "companions[0].family_name"},
		"bad address": {[]registration.Companion{{GivenName: "P", FamilyName: "Q", Email: "x"}}, "companions[0].email"},
		"lead’s own":  {[]registration.Companion{{GivenName: "P", FamilyName: "Q", Email: "Jeanne+1@exemple.fr"}}, "companions[0].email"},
		"line break":  {[]registration.Companion{{GivenName: "P\nQ", FamilyName: "Q"}}, "companions[0].given_name"},
		"2 thousand":  {slices.Repeat([]registration.Companion{{GivenName: "P", FamilyName: "Q"}}, 2000), "companions"},
	} {
		r := request(1)
		r.Companions = tt.companions
		_, err := d.SignUp(t.Context(), slug, r)
		bad, ok := errors.AsType[*validation.Error](err)
		if !ok || !strings.HasPrefix(bad.Fields[0].Path, tt.path) {
			t.Errorf("%s: %v, want an error at %s", name, err, tt.path)
		}
	}
	if n := len(d.all(t)); n != 0 {
		t.Errorf("%d sign-ups were stored", n)
	}
}

func make4() []registration.Companion {
	return slices.Repeat([]registration.Companion{{GivenName: "Paul", FamilyName: "d’Arc"}}, 4)
}

// TestCompanionMailsAreFew: adding somebody and removing them again does not
// fill a stranger's mailbox.
func TestCompanionMailsAreFew(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	lead := d.join(t, 1, 0)
	stranger := registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: "paul@exemple.fr"}
	var err error
	added := 0
	for ; added < 10; added++ {
		if _, err = d.AddCompanion(t.Context(), d.manage(lead), stranger); err != nil {
			break
		}
		all := d.all(t)
		if _, err := d.RemoveCompanion(t.Context(), d.manage(lead), all[len(all)-1].ID); err != nil {
			t.Fatal(err)
		}
	}
	if !errors.Is(err, registration.ErrTooMany) || added == 0 || added > 4 {
		t.Errorf("%d times, then %v; want a few, then ErrTooMany", added, err)
	}
	d.clock.Set(d.clock.Now().Add(25 * time.Hour))
	if _, err := d.AddCompanion(t.Context(), d.manage(lead), stranger); err != nil {
		t.Errorf("the day after: %v", err)
	}
}
