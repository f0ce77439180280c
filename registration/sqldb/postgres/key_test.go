package postgres_test

import (
	"errors"
	"testing"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

func TestKeyAndProbe(t *testing.T) {
	t.Parallel()
	s := open(t, pgtest.URL(t))
	for _, tt := range []struct {
		key     string
		replace bool
		want    error
	}{
		{"a", false, nil}, {"a", false, nil}, {"b", false, sqldb.ErrKey}, {"b", true, nil}, {"a", false, sqldb.ErrKey}, {"b", false, nil},
	} {
		if err := s.BindKey(t.Context(), tt.key, tt.replace); !errors.Is(err, tt.want) {
			t.Errorf("BindKey(%s, %v) = %v, want %v", tt.key, tt.replace, err, tt.want)
		}
	}
	if got, err := s.KeyFingerprint(t.Context()); err != nil || got != "b" {
		t.Errorf("fingerprint %q, %v", got, err)
	}
	if err := s.Ready(t.Context()); err != nil { // by a probe
		t.Errorf("Ready = %v", err)
	}
}
