package storetest

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var pendingCases = []testCase{
	{"keep, replace, end once, delete what is old", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		get := func(id registration.ID, want *registration.PendingImport) {
			t.Helper()
			got, err := s.PendingImport(t.Context(), slug, id)
			if want == nil {
				wantError(t, "PendingImport", err, registration.ErrNotFound)
				return
			}
			wantError(t, "PendingImport", err, nil)
			wantSame(t, "PendingImport", got, *want)
		}
		a := registration.PendingImport{ID: registration.NewID(), Meeting: slug, At: noon, Content: []byte("a")}
		b := registration.PendingImport{ID: registration.NewID(), Meeting: slug, At: noon.Add(time.Hour), Content: []byte{0, 0xff}}
		for _, p := range []registration.PendingImport{a, b} {
			wantError(t, "PutPendingImport", s.PutPendingImport(t.Context(), p), nil)
			get(p.ID, &p)
		}
		a.Content, a.At = []byte("c"), noon.Add(time.Second)
		wantError(t, "PutPendingImport twice", s.PutPendingImport(t.Context(), a), nil)
		get(a.ID, &a)
		_, err := s.PendingImport(t.Context(), "another", a.ID)
		wantError(t, "PendingImport of another meeting", err, registration.ErrNotFound)

		wantError(t, "DeletePendingImports", s.DeletePendingImports(t.Context(), a.At), nil)
		get(a.ID, &a)
		wantError(t, "DeletePendingImports", s.DeletePendingImports(t.Context(), noon.Add(time.Minute)), nil)
		get(a.ID, nil)
		get(b.ID, &b)

		change(t, s, func(tx registration.Tx) error {
			wantError(t, "EndPendingImport", tx.EndPendingImport(a.ID), registration.ErrNotFound)
			return tx.EndPendingImport(b.ID)
		})
		get(b.ID, nil)
		wantError(t, "PutPendingImport", s.PutPendingImport(t.Context(), b), nil)
		wantError(t, "DeleteMeeting", s.DeleteMeeting(t.Context(), slug), nil)
		get(b.ID, nil)
	}},
}
