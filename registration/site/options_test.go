package site_test

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/site"
)

// TestNewSaysWhichOption wants an error that names the option of package site, and no
// half of a site beside it.
func TestNewSaysWhichOption(t *testing.T) {
	t.Parallel()
	right := site.Options{
		Store: desktest.Store(t), Sender: make(taken), From: "inscriptions@exemple.fr", BaseURL: "http://127.0.0.1", Secret: link.NewSecret(),
	}
	if _, err := site.New(right); err != nil {
		t.Fatal(err)
	}
	for option, spoil := range map[string]func(*site.Options){
		"Store":   func(o *site.Options) { o.Store = nil },
		"Sender":  func(o *site.Options) { o.Sender = nil },
		"From":    func(o *site.Options) { o.From = "" },
		"BaseURL": func(o *site.Options) { o.BaseURL = "inscriptions.exemple.fr" },
		"Secret":  func(o *site.Options) { o.Secret = o.Secret[:31] },
	} {
		o := right
		spoil(&o)
		if s, err := site.New(o); err == nil || !strings.HasPrefix(err.Error(), "site: "+option+": ") || s != nil {
			t.Errorf("%s: %v, %v", option, s, err)
		}
	}
	o := right
	o.BaseURL += "?page=1"
	if s, err := site.New(o); err == nil || s != nil {
		t.Errorf("a base URL with a query: %v, %v", s, err)
	}
}
