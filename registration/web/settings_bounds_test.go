package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestSettingsBounds: a form with thousands of wrong options is answered by a page
// of a bounded size that says so.
func TestSettingsBounds(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signedInAs(registration.RoleOrganiser)
	values := f.get(reglages + "/formulaire").fields()
	for q := range 40 {
		at := fmt.Sprintf("questions[%d]", q)
		values[at+".label.fr"], values[at+".kind"] = []string{"Q"}, []string{"choice"}
		for i := range 200 {
			values[fmt.Sprintf("%s.options[%d].label.en", at, i)] = []string{"x"} // and no French
		}
	}
	for _, path := range []string{reglages + "/formulaire", reglages} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(url.Values(values).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a := f.unread(r).want(t, http.StatusUnprocessableEntity, "au plus 1000 en tout")
		if len(a.Body) > 4<<20 {
			t.Errorf("%s: a page of %d bytes", path, len(a.Body))
		}
	}
}
