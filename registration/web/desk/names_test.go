package desk

import (
	"errors"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// TestGivenNamesAreNoted: names that a page asks for by itself are given without a
// line of the audit log only where there is one already.
func TestGivenNamesAreNoted(t *testing.T) {
	t.Parallel()
	var g namesLog
	away := errors.New("database away")
	one, other, day := registration.NewID(), registration.NewID(), territoires.Date{Year: 2019, Month: 6, Day: 12}
	for i, tt := range []struct {
		to       registration.ID
		day      int
		byItself bool
		fails    error
		noted    bool
	}{
		{one, 12, false, away, true},
		{one, 12, true, nil, true}, // no line was written before
		{one, 12, true, nil, false},
		{one, 12, false, nil, true},
		{other, 12, true, nil, true},
		{one, 13, true, nil, true},
	} {
		noted := false
		day.Day = tt.day
		err := g.write(day, tt.to, "paris", tt.byItself, func() error {
			noted = true
			return tt.fails
		})
		if noted != tt.noted || !errors.Is(err, tt.fails) {
			t.Errorf("%d: noted %t, %v", i, noted, err)
		}
	}
}
