package site_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// asking notes for how many recipients each question asks.
type asking struct {
	*sqldb.Store
	asked chan int
}

func (a asking) Recipients(ctx context.Context, ids []registration.ID) (map[registration.ID]registration.Recipient, error) {
	a.asked <- len(ids)
	return a.Store.Recipients(context.WithoutCancel(ctx), ids) // a busy machine may take longer than a courier waits
}

// TestRecipients: a site reads the recipients of mails that wait together with one
// question, and none of them again.
func TestRecipients(t *testing.T) {
	t.Parallel()
	const people = 5
	store := asking{desktest.Store(t), make(chan int, 2*people)}
	m := registration.Shipped()
	if err := site.Publish(t.Context(), store, m); err != nil {
		t.Fatal(err)
	}
	out := make(taken, people)
	s, err := site.New(site.Options{
		Store: store, Sender: out, From: "inscriptions@exemple.fr", BaseURL: "http://127.0.0.1", Secret: link.NewSecret(),
		Clock: func() time.Time { return m.OpensAt.Add(time.Hour) }, NoLimits: true, SoleProcess: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]int)
	for n := range people {
		email := fmt.Sprintf("jeanne@%d.example.org", n)
		_, err := s.Desk.SignUp(t.Context(), m.Slug, registration.Request{
			GivenName: "Jeanne", FamilyName: "d’Arc", Email: email, Category: registration.Elected, Privacy: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		want[email]++
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	got := make(map[string]int)
	for range people {
		got[(<-out).To]++
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	close(store.asked)
	var asked []int
	for n := range store.asked {
		asked = append(asked, n)
	}
	if diff := cmp.Diff([]int{people}, asked); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}
