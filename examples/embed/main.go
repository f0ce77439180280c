// Command embed is a web server with pages of its own that mounts the registration
// site under /rencontres-ti/. People sign in to this program; the site asks it who
// they are.
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
	const url = "http://127.0.0.1:8090"
	people := newIntranet(url, "camille@example.org", "dominique@example.org")
	handler, err := program(context.Background(), "embed.db", url, link.NewSecret(), people)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintf(os.Stderr, "listening on %s/; camille@example.org signs in with %s\n", url, people.password)
	log.Fatal(http.ListenAndServe("127.0.0.1:8090", handler))
}

// program returns the pages of this program, the registration site among them.
func program(ctx context.Context, database, url string, secret []byte, people *intranet) (http.Handler, error) {
	mux := http.NewServeMux()
	people.mount(mux)
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
		BaseURL: url + "/rencontres-ti", Secret: secret, SoleProcess: true, SignIn: people,
	})
	if err != nil {
		return nil, err
	}
	// People who sign in to this program have no rights on the site until somebody
	// gives them a role there. This gives the first one.
	if _, _, err := rencontres.Team.Add(ctx, "camille@example.org", registration.RoleAdmin); err != nil {
		return nil, err
	}
	mux.Handle("/rencontres-ti/", rencontres)
	go rencontres.Run(ctx)

	return http.NewCrossOriginProtection().Handler(mux), site.Publish(ctx, store, registration.Shipped())
}
