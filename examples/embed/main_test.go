package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration/link"
)

func TestProgram(t *testing.T) {
	srv := httptest.NewUnstartedServer(nil)
	url := "http://" + srv.Listener.Addr().String()
	h, err := program(t.Context(), filepath.Join(t.TempDir(), "embed.db"), url, link.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = h
	srv.Start()
	t.Cleanup(srv.Close)
	for path, want := range map[string]string{
		"/":               "A program of its own",
		"/rencontres-ti/": "Rencontre nationale des Territoires d’industrie",
		"/rencontres-ti/rencontres/2019-06-12-paris": `href="/rencontres-ti/`,
	} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("GET %s: %d, %v; want %q in\n%.400s", path, resp.StatusCode, err, want, body)
		}
	}
}
