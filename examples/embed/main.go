// Command embed is a program of its own that mounts the registration site in
// its server, under /rencontres-ti/, beside its own pages.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

func main() {
	handler, err := program(context.Background(), "embed.db", "http://127.0.0.1:8090", link.NewSecret())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, "listening on http://127.0.0.1:8090/")
	log.Fatal(http.ListenAndServe("127.0.0.1:8090", handler))
}

// program returns the pages of this program, the registration site among them.
func program(ctx context.Context, database, url string, secret []byte) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "A program of its own. The registration site: "+url+"/rencontres-ti/")
	})

	store, err := sqlite.Open(ctx, database, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	sender, err := mail.NewSender(mail.Options{Addr: "127.0.0.1:25", Security: mail.Plaintext})
	if err != nil {
		return nil, err
	}
	rencontres, err := site.New(site.Options{
		Store: store, Sender: sender, From: "inscriptions@example.org",
		BaseURL: url + "/rencontres-ti", Secret: secret, SoleProcess: true,
	})
	if err != nil {
		return nil, err
	}
	mux.Handle("/rencontres-ti/", rencontres)
	go rencontres.Run(ctx)

	return mux, site.Publish(ctx, store, registration.Shipped())
}
