package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for name, o := range map[string]web.Options{
		"no desk":        {Keyring: f.keys, BaseURL: "https://example.org"},
		"no keyring":     {Desk: f.desk, BaseURL: "https://example.org"},
		"no base URL":    {Desk: f.desk, Keyring: f.keys},
		"relative":       {Desk: f.desk, Keyring: f.keys, BaseURL: "/x"},
		"another scheme": {Desk: f.desk, Keyring: f.keys, BaseURL: "ftp://example.org"},
		"a query":        {Desk: f.desk, Keyring: f.keys, BaseURL: "https://example.org/?x=1"},
		"not a URL":      {Desk: f.desk, Keyring: f.keys, BaseURL: "https://exa mple.org"},
	} {
		if h, err := web.New(o); err == nil || h != nil {
			t.Errorf("%s: New = %v, %v; want an error", name, h, err)
		}
	}
}

func ExampleNew() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "site")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(ctx, filepath.Join(dir, "site.db"), sqlite.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	if err := store.PutMeeting(ctx, registration.Shipped()); err != nil {
		fmt.Println(err)
		return
	}
	keys, err := link.NewKeyring(link.NewSecret())
	if err != nil {
		fmt.Println(err)
		return
	}
	desk, err := registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys})
	if err != nil {
		fmt.Println(err)
		return
	}
	people, err := team.New(team.Options{Store: store, Keyring: keys})
	if err != nil {
		fmt.Println(err)
		return
	}
	pages, err := web.New(web.Options{Desk: desk, Team: people, Keyring: keys, BaseURL: "https://rencontres.example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/en/rencontres/"+registration.ShippedSlug, nil))
	fmt.Println(w.Code, w.Header().Get("Content-Language"))
	// Output: 200 en
}
