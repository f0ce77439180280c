package postgres_test

import (
	"context"
	"fmt"
	"os"

	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
)

// A site that several processes serve. The address comes from the environment,
// since it holds a password; no error repeats it.
func ExampleOpen() {
	ctx := context.Background()
	store, err := postgres.Open(ctx, os.Getenv("RENCONTRE_DATABASE"), postgres.Options{Conns: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	fmt.Println(store.Ready(ctx))
	// Output: sqldb: bad database address: want postgres://USER:PASSWORD@HOST:PORT/DATABASE
}
