package sqldb_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// racing is an engine that counts the races that were lost.
type racing struct {
	sqldb.Engine
	lost *atomic.Int64
}

func (r racing) Fault(err error) sqldb.Fault {
	f := r.Engine.Fault(err)
	if f == sqldb.FaultRace {
		r.lost.Add(1)
	}
	return f
}

// twoMeetings sends people of four networks to two meetings, through two stores
// as two processes would have them, and returns how many came and how many
// races were lost. The networks are counted in one order here and in the other
// there.
func twoMeetings(t *testing.T, database string, count func(tx registration.Tx, network string) error) (people int, lost int64) {
	t.Helper()
	s := prepared(t, database)
	other := crowded()
	other.Slug = "2020-06-12-lyon"
	if err := s.PutMeeting(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	var raced atomic.Int64
	var all sync.WaitGroup
	for i, meeting := range []string{slug, other.Slug} {
		store := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return racing{e, &raced} })
		networks := []string{"a", "b", "c", "d"}
		if i == 1 {
			slices.Reverse(networks)
		}
		for range 16 {
			all.Go(func() {
				for range 20 {
					err := store.Change(t.Context(), meeting, func(tx registration.Tx) error {
						for _, n := range networks {
							if err := count(tx, n); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
			people += 20
		}
	}
	all.Wait()
	return people, raced.Load()
}

// TestMeetingsShareNetworks: what two meetings count together is counted right,
// and neither waits for the other in a circle.
func TestMeetingsShareNetworks(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		people, lost := twoMeetings(t, database, func(tx registration.Tx, network string) error {
			_, err := tx.Count(network, opening)
			return err
		})
		a := audit(t, database)
		for _, n := range []string{"a", "b", "c", "d"} {
			if got := a.count(t, `SELECT n FROM counter WHERE id = '`+n+`'`); got != people {
				t.Errorf("%d people of network %s were counted, want %d", got, n, people)
			}
		}
		if lost > 0 {
			t.Errorf("%d deadlocks", lost)
		}
	})
}

// TestCountedAtOnce is the control of the test above: counters that each change
// writes when it counts lock each other out. Everybody is counted nevertheless.
func TestCountedAtOnce(t *testing.T) {
	t.Parallel()
	database := anew(t, "postgres:")
	var first [2]sync.Once
	var both sync.WaitGroup
	both.Add(2)
	people, lost := twoMeetings(t, database, func(tx registration.Tx, network string) error {
		err := sqldb.Exec(tx, fmt.Sprintf(`INSERT INTO counter (id, since, n) VALUES ('%s', %d, 1)
			ON CONFLICT (id, since) DO UPDATE SET n = counter.n + 1`, network, opening.UnixMicro()))
		i := 0
		if tx.Meeting().Slug != slug {
			i = 1
		}
		first[i].Do(func() { both.Done(); both.Wait() }) // each meeting holds one lock before either takes its next
		return err
	})
	if lost == 0 {
		t.Error("no deadlock although the locks were taken in two orders: the test shows nothing")
	}
	if got := audit(t, database).count(t, `SELECT sum(n) FROM counter`); got != 4*people {
		t.Errorf("%d counted in all, want %d", got, 4*people)
	}
}

// shares sends a crowd through three stores, as three processes would have them,
// and returns how many changes the luckiest and the unluckiest got through
// while all had some to do. The first store is as greedy as said.
func shares(t *testing.T, greedy bool) (most, least int64) {
	t.Helper()
	s := prepared(t, anew(t, "postgres:"))
	var done [3]atomic.Int64
	var all sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for i := range done {
		store := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return e })
		if greedy && i == 0 {
			sqldb.Patient(store)
		}
		for range 70 {
			all.Go(func() {
				for ctx.Err() == nil {
					err := store.Change(ctx, slug, func(tx registration.Tx) error {
						time.Sleep(time.Millisecond) // the work of a slow machine
						return tx.Record(registration.Event{At: opening, Kind: registration.EventConfigured})
					})
					if err == nil && done[i].Add(1) == 400 {
						stop()
					}
				}
			})
		}
	}
	all.Wait()
	most, least = done[0].Load(), done[0].Load()
	for i := range done {
		most, least = max(most, done[i].Load()), min(least, done[i].Load())
	}
	t.Logf("changes: %d, %d, %d", done[0].Load(), done[1].Load(), done[2].Load())
	return most, least
}

// TestProcessesShareAMeeting: of three processes whose people want the same
// meeting, none gets less than half of what another gets.
func TestProcessesShareAMeeting(t *testing.T) {
	t.Parallel()
	if most, least := shares(t, false); 2*least < most {
		t.Errorf("one process got %d changes through, another %d", most, least)
	}
}

// TestGreedyProcess is the control of the test above: one whose transactions
// take up changes for longer than they may.
func TestGreedyProcess(t *testing.T) {
	t.Parallel()
	if most, least := shares(t, true); 2*least >= most {
		t.Errorf("%d and %d changes although one process was greedy: the test shows nothing", most, least)
	}
}
