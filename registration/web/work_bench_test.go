//go:build unix

package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// BenchmarkOwnPages reports the processor time that each page takes which is drawn
// for one person: of attendees and of organisers, in a meeting of fifteen people.
func BenchmarkOwnPages(b *testing.B) {
	f := open(b, web.Options{})
	var s registration.Signup
	for i := range 15 {
		values := valid()
		values.Set("email", fmt.Sprintf("p%d@mairie.example", i))
		s = f.signUp(values)
	}
	f.post(f.link(link.ForConfirm, s), nil).want(b, http.StatusSeeOther)
	f.signedInAs(registration.RoleAdmin)
	mine, meeting := f.link(link.ForManage, s), "/organisation/rencontres/"+slug
	for _, path := range []string{
		mine, mine + "/billet", mine + "/modification", mine + "/annulation", mine + "/donnees", mine + "/sessions", mine + "/accompagnants", f.link(link.ForConfirm, s), "/lien-perdu",
		"/organisation/", meeting, meeting + "/statistiques", meeting + "/documents", meeting + "/courrier", meeting + "/inscriptions/" + s.Code, meeting + "/inscriptions/" + s.Code + "/modification",
		meeting + "/inscriptions/nouvelle", meeting + "/import", meeting + "/reglages", meeting + "/reglages/programme", "/organisation/equipe", "/organisation/journal", "/accueil/", "/accueil/?q=anne", "/accueil/" + s.Code,
	} {
		name := strings.NewReplacer(mine, "mine", f.link(link.ForConfirm, s), "confirmation", s.Code, "code", slug, "slug").Replace(path)
		b.Run(strings.ReplaceAll(strings.Trim(name, "/"), "/", "_"), func(b *testing.B) {
			get := func() {
				r := httptest.NewRequestWithContext(b.Context(), "GET", path, nil)
				for _, c := range f.cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				if f.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatalf("%s: status %d", name, w.Code)
				}
			}
			get() // puts its templates together
			b.ReportAllocs()
			before := worked(b)
			for b.Loop() {
				get()
			}
			b.ReportMetric(float64(worked(b)-before)/float64(b.N), "cpu-µs/op")
		})
	}
}

// worked is the processor time of this process, in microseconds.
func worked(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (u.Utime.Nano() + u.Stime.Nano()) / 1000
}
