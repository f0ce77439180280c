package vte_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires/vte"
)

// TestTagsListAllWords compares the words in the tags, which a sentence tells, with
// those of the types: a word that is added to one alone is refused or never told.
func TestTagsListAllWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		of    any
		field string
		words any
	}{
		{vte.Candidate{}, "Status", vte.CandidateStatuses()},
		{vte.Placement{}, "Mission", vte.Missions()},
		{vte.Placement{}, "Contract", vte.EmploymentContracts()},
	} {
		f, _ := reflect.TypeOf(tt.of).FieldByName(tt.field)
		_, listed, _ := strings.Cut(f.Tag.Get("validate"), "oneof=")
		if want := strings.Trim(fmt.Sprint(tt.words), "[]"); listed != want {
			t.Errorf("%s: the tag lists %q; want %q", tt.field, listed, want)
		}
	}
}
