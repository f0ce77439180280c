package postgres_test

import (
	"context"
	"testing"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// migrate makes the schema.
func migrate(ctx context.Context, url string) error {
	s, err := postgres.Open(ctx, url, postgres.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Store {
		s, err := postgres.Open(t.Context(), pgtest.Copy(t, migrate), postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
