package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
)

// TestSilentServer: a server that keeps its connections and says nothing any more, as
// one that is frozen, is given up. Otherwise whoever asks it for something would wait
// until they go away.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	m, url := between(t, pgtest.URL(t))
	s, err := postgres.OpenWithin(t.Context(), url+"&connect_timeout=1", postgres.Options{Conns: 1}, 1500*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	look := func() error {
		_, err := s.Organiser(ctx, uuid.Max)
		return err
	}
	if err := look(); !errors.Is(err, registration.ErrNotFound) {
		t.Fatalf("Organiser = %v; want ErrNotFound", err)
	}
	m.mute.Store(true)
	var crowd sync.WaitGroup
	for range 40 { // each of whom wants the one connection
		crowd.Go(func() {
			if err := look(); !errors.Is(err, registration.ErrUnavailable) || ctx.Err() != nil {
				t.Errorf("Organiser of a silent server = %v; want ErrUnavailable before its caller gives up", err)
			}
		})
	}
	crowd.Wait()
	_, err = postgres.Open(ctx, url+"&connect_timeout=1", postgres.Options{})
	if !errors.Is(err, registration.ErrUnavailable) || !strings.Contains(err.Error(), "does not answer") || ctx.Err() != nil {
		t.Errorf("Open of a silent server = %v; want ErrUnavailable", err)
	}
	m.mute.Store(false)
	err = look()
	for errors.Is(err, registration.ErrUnavailable) && ctx.Err() == nil { // it is soon asked again
		err = look()
	}
	if !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("Organiser once it speaks again = %v; want ErrNotFound", err)
	}
}
