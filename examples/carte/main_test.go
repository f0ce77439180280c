package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
)

func TestPilots(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := territoires.WriteGeoJSON(&out, pilots); err != nil {
		t.Fatal(err)
	}
	var got struct{ Features []struct{ ID string } }
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	// Thirteen are named by a source, of some thirty.
	if len(got.Features) != 13 || got.Features[0].ID != "ti-1104" {
		t.Errorf("%d pilots, the first %v; want 13 from ti-1104 on", len(got.Features), got.Features)
	}
	for range pilots {
		break
	}
}
