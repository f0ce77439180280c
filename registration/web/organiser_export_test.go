package web_test

import (
	"errors"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestExport(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	path := "/organisation/rencontres/" + slug + "/export?format="
	f.get(path+"csv").want(t, http.StatusSeeOther)
	f.signIn()
	s := f.signUp(valid())
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, path+"csv", path+"json", path+"xlsx", path+"csv-excel-fr")
	f.get("/organisation/rencontres/"+slug+"?status=pending").want(t, http.StatusOK, path+"csv&amp;status=pending")
	for _, tt := range []struct{ query, kind, name, want string }{
		{"csv", "text/csv; charset=utf-8", "inscriptions-2019-06-12-paris.csv", s.Code + ",pending,L’Hôpital,Anne-Sophie,as@mairie.example,"},
		{"csv&status=pending", "text/csv; charset=utf-8", "inscriptions-2019-06-12-paris.csv", "L’Hôpital"},
		{"csv-excel-fr", "text/csv; charset=utf-8", "inscriptions-2019-06-12-paris-excel.csv", "\ufeff"},
		{"json", "application/json", "inscriptions-2019-06-12-paris.json", `"family_name":"L’Hôpital"`},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "inscriptions-2019-06-12-paris.xlsx", "PK"},
	} {
		a := f.get(path+tt.query).want(t, http.StatusOK, tt.want)
		if got := a.Header.Get("Content-Type"); got != tt.kind {
			t.Errorf("%s: Content-Type %q", tt.query, got)
		}
		if got := a.Header.Get("Content-Disposition"); got != "attachment; filename="+tt.name {
			t.Errorf("%s: Content-Disposition %q", tt.query, got)
		}
	}
	f.get(path+"csv").want(t, http.StatusOK, "Hôpital")
	if page := f.get(path+"csv&status=confirmed").want(t, http.StatusOK); strings.Contains(page.Body, "Hôpital") {
		t.Error("the file has a sign-up of another status")
	}
	f.get(path+"exe").want(t, http.StatusNotFound)
	for _, format := range []string{"csv", "json", "xlsx"} {
		f.store.rows = errors.New("a fault")
		f.get(path+format).want(t, http.StatusInternalServerError, "Une erreur est survenue", "</html>")
		f.store.rows = nil
	}
}

// TestExportCut: a fault after the first byte must not look like a whole file.
func TestExportCut(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	for i := range 80 {
		r := registration.Request{GivenName: strings.Repeat("A", 90), FamilyName: "B", Email: time.Unix(int64(i), 0).Format("150405") + "@exemple.fr", Organisation: strings.Repeat("é", 200), Category: registration.Press, Privacy: true}
		if _, err := f.desk.SignUp(t.Context(), slug, r); err != nil {
			t.Fatal(err)
		}
	}
	f.store.rows = errors.New("a fault")
	f.store.after = 79
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("the connection was not cut: %v", p)
		}
	}()
	f.get("/organisation/rencontres/" + slug + "/export?format=csv")
}

// TestExportLeavesAnEvent: who had the list, how much of it, and not what was
// searched.
func TestExportLeavesAnEvent(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	f.signUp(valid())
	f.get("/organisation/rencontres/"+slug+"/export?format=json&q=anne&status=pending").want(t, http.StatusOK)
	want := registration.Event{Kind: registration.EventExported, Actor: registration.Actor{Kind: registration.ActorOrganiser}, Detail: "json rows=1 q=… status=pending"}
	if len(f.store.recorded) != 2 {
		t.Fatalf("%d events of an export, want its beginning and its end", len(f.store.recorded))
	}
	if begun := f.store.recorded[0].Detail; begun != "json begun q=… status=pending" {
		t.Errorf("its beginning is %q", begun)
	}
	got := f.store.recorded[1]
	if got.Actor.ID == (registration.ID{}) || got.At.IsZero() {
		t.Errorf("recorded without who or when: %+v", got)
	}
	got.Actor.ID, got.At = registration.ID{}, time.Time{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the event (-want +got):\n%s", diff)
	}
	f.store.busy = errors.New("a fault")
	f.get("/organisation/rencontres/"+slug+"/export?format=json").want(t, http.StatusInternalServerError)
	f.store.busy, f.store.rows, f.store.after = nil, errors.New("the connection is lost"), 0
	f.get("/organisation/rencontres/" + slug + "/export?format=csv&day=2019-05-16")
	if got, want := f.store.recorded[len(f.store.recorded)-1].Detail, "csv rows=0 interrupted day=2019-05-16"; got != want {
		t.Errorf("of what was cut short: %q, want %q", got, want)
	}
}

// TestColumns: the choice is kept, and the files have it.
func TestColumns(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	s := f.signUp(valid())
	path := "/organisation/rencontres/" + slug
	kept := f.post(path+"/colonnes", url.Values{"columns": {"session:innovation", "family_name", "nonsense", "code"}, "back": {"q=anne"}}).want(t, http.StatusSeeOther)
	if to := kept.Header.Get("Location"); to != path+"?fait=colonnes&q=anne#export" {
		t.Errorf("led to %q", to)
	}
	page := f.get(path+"?fait=colonnes&q=anne").want(t, http.StatusOK, "Vos colonnes sont gardées", "1 inscription sur 1")
	file := csvLink.FindStringSubmatch(page.Body)
	if file == nil {
		t.Fatal("no file")
	}
	if got, want := f.get(html.UnescapeString(file[1])).want(t, http.StatusOK).Body, "code,family_name,session:innovation\r\n"+s.Code+",L’Hôpital,–\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	f.post(path+"/colonnes", url.Values{"go": {"default"}}).want(t, http.StatusSeeOther)
	if page := f.get(path); strings.Contains(page.Body, "columns=") {
		t.Error("the choice is still kept")
	}
}
