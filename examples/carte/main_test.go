package main

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
)

func TestPilots(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(&out, []string{"geojson"}); err != nil {
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

// TestSVG wants a well-formed map with the eighteen régions and a named dot for
// each pilot.
func TestSVG(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(&out, nil); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Title string `xml:"title"`
		G     []struct {
			Paths []struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
			Frames []struct{} `xml:"rect"`
			Dots   []struct {
				Title string `xml:"title"`
			} `xml:"circle"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.G) != 3 || len(got.G[0].Paths) != 18 || len(got.G[1].Frames) != 5 || len(got.G[2].Dots) != 13 {
		t.Fatalf("the map has other parts than 18 régions, 5 frames and 13 dots:\n%.300s", out.String())
	}
	if d := got.G[0].Paths[0].D; !strings.HasPrefix(d, "M") || !strings.HasSuffix(d, "z") || got.G[2].Dots[0].Title == "" || got.Title == "" {
		t.Errorf("path %.40q, dot %q, title %q", d, got.G[2].Dots[0].Title, got.Title)
	}
	if err := run(&out, []string{"pdf"}); err == nil {
		t.Error("another argument passes")
	}
}
