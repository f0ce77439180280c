package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/territoires"
)

// A site in one file.
func ExampleOpen() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "rencontre.db"), sqlite.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	err = store.PutMeeting(ctx, registration.Meeting{
		Slug: "2019-06-12-paris", Title: registration.Localized{FR: "Rencontre nationale"}, Day: territoires.Date{Year: 2019, Month: time.June, Day: 12}, Seats: 300,
		OpensAt:  time.Date(2019, time.May, 16, 0, 0, 0, 0, registration.Paris),
		ClosesAt: time.Date(2019, time.June, 12, 0, 0, 0, 0, registration.Paris),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	seats, _ := store.Occupancy(ctx, "2019-06-12-paris")
	fmt.Println(seats[0].Session, seats[0].Free())
	// Output: meeting 300
}

// The errors of opening say what to do; a program may tell them apart.
func ExampleOpen_errors() {
	_, err := sqlite.Open(context.Background(), os.TempDir(), sqlite.Options{})
	fmt.Println(errors.Is(err, sqldb.ErrAddress), errors.Is(err, registration.ErrUnavailable))
	// Output: true false
}

func ExampleBackup() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	ctx, path, file := context.Background(), filepath.Join(dir, "rencontre.db"), filepath.Join(dir, "saved")
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close() // the site goes on meanwhile
	fmt.Println(sqlite.Backup(ctx, path, file))
	fmt.Println(sqlite.Restore(ctx, file, filepath.Join(dir, "elsewhere.db"), false))
	// Output:
	// <nil>
	// <nil>
}
