package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web"
)

// inFirstRows is the path of a field in the first rows of the lists that it is in.
func inFirstRows(key string) string {
	for _, field := range slices.Backward(meetingfile.Fields()) { // the innermost list first
		if rest, ok := strings.CutPrefix(key, field.Key+"."); ok && field.Kind == meetingfile.List {
			key = field.Key + "[0]." + rest
		}
	}
	return key
}

// anotherValue is what a test types into the control of a field.
func anotherValue(field meetingfile.Field, was string) string {
	special := map[string]string{
		"contact": "autre@exemple.fr", "door": "seats", "programme.half": "afternoon", "programme.session": "attractivite", "questions.kind": "choices", "ends": "18:45",
		"opens_at": "2019-05-02T08:30", "closes_at": "2019-06-10T18:00", "freezes_at": "2019-06-08T12:00", "cancelled_at": "2019-06-01T09:00",
		"notice.dpo": "autre.dpo@exemple.fr",
	}
	if v, ok := special[field.Key]; ok {
		return v
	}
	switch field.Kind {
	case meetingfile.Bool:
		return map[bool]string{true: "", false: "true"}[was == "true"]
	case meetingfile.Lines:
		return "Première ligne\r\nhttps://exemple.fr/acces"
	case meetingfile.Choices:
		return "presse"
	case meetingfile.Number:
		return "9"
	case meetingfile.Seats:
		return "123"
	case meetingfile.Day:
		return "2019-06-14"
	case meetingfile.Hour:
		return "09:45"
	case meetingfile.Duration:
		return "5h"
	}
	return "Un autre « texte » : " + field.Key
}

// TestShowAfterAnEdit: each field of a meeting file is changed on its page, alone;
// what `rencontre meeting show` prints then is what `apply` takes, and changes
// nothing. A field without a control fails.
func TestShowAfterAnEdit(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full, func(m *registration.Meeting) {
		m.Questions[0].Options[1].Closed = false
		m.Sessions[0].ID, m.Sessions[0].Closed = "attractivite", false
	})
	f.signedInAs(registration.RoleOrganiser)
	show := func(path string) answer {
		return f.unread(httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
	}
	send := func(path string, values url.Values) answer {
		r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return f.unread(r)
	}
	parts := slices.DeleteFunc(slices.Clone(settingsPages), func(part string) bool { return part == "annulation" })
	for _, field := range meetingfile.Fields() {
		last := field.Key[strings.LastIndex(field.Key, ".")+1:]
		if field.Kind == meetingfile.List || last == "id" || field.Key == "slug" || field.Key == "published" {
			continue // rows and ids have tests of their own, as have the creation and the publication
		}
		path := inFirstRows(field.Key)
		in := parts
		if strings.HasPrefix(field.Key, "cancel") {
			in = []string{"annulation"}
		}
		i := slices.IndexFunc(in, func(part string) bool {
			return strings.Contains(show(reglages+"/"+part).Body, `name="`+path+`"`)
		})
		if i < 0 {
			t.Errorf("no page has a control for %s", field.Key)
			continue
		}
		page := reglages + "/" + in[i]
		shown := show(page).fields()
		want := anotherValue(field, shown.Get(path))
		if field.Kind == meetingfile.Choices {
			shown.Del(path)
		}
		review := send(page, with(shown, path, want))
		if review.StatusCode != http.StatusOK {
			t.Errorf("%s: %q gets %d %s", field.Key, want, review.StatusCode, title(review.Body))
			continue
		}
		send(page, with(review.fields(), "go", "save", "agreed", "yes")).want(t, http.StatusSeeOther)
		m := f.first()
		got := ""
		if v := meetingfile.Form(m)[path]; len(v) > 0 {
			got = strings.ReplaceAll(v[0], "\n", "\r\n")
		}
		if field.Kind == meetingfile.Bool {
			got = strings.Replace(got, "false", "", 1)
		}
		if got != want {
			t.Errorf("%s: %q was typed, the meeting has %q", field.Key, want, got)
		}
		file, err := meetingfile.Write(m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := meetingfile.Read(file)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", field.Key, err, file)
		}
		plan, err := f.desk.Apply(t.Context(), again, registration.ApplyOptions{})
		if diff := cmp.Diff([]registration.FieldChange(nil), plan.Changes); err != nil || diff != "" {
			t.Errorf("%s: apply after show: %v, changes %s", field.Key, err, diff)
		}
	}
}
