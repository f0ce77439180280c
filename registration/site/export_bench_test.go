package site_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/territoires"
)

// BenchmarkExport compares each format with its floor: the same rows, read from
// the same database and written with the bare library, in turns. What the export
// reaches of it is reported as %floor.
func BenchmarkExport(b *testing.B) {
	const people = 100_000
	store, m := exportBed(b, people)
	for _, tt := range []struct {
		format export.Format
		floor  func(w io.Writer, all iter.Seq2[registration.Entry, error]) error
	}{{export.CSV, bareCSV}, {export.JSON, bareJSON}, {export.XLSX, bareXLSX}} {
		b.Run(string(tt.format), func(b *testing.B) {
			var floors, exports, shares []float64
			for range max(3, b.N) {
				run := func(write func(w io.Writer, all iter.Seq2[registration.Entry, error]) error) float64 {
					start := time.Now()
					if err := write(io.Discard, store.Listed(b.Context(), m.Slug, registration.Filter{}, "")); err != nil {
						b.Fatal(err)
					}
					return time.Since(start).Seconds()
				}
				floor := run(tt.floor)
				ours := run(func(w io.Writer, all iter.Seq2[registration.Entry, error]) error {
					return export.Write(w, tt.format, export.Options{Meeting: m}, all)
				})
				floors, exports, shares = append(floors, floor), append(exports, ours), append(shares, 100*floor/ours)
			}
			b.ReportMetric(median(floors), "floor-s")
			b.ReportMetric(median(exports), "export-s")
			b.ReportMetric(median(shares), "%floor")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkExportMemory reports by how much the heap grows while a million rows
// are written, beside ten thousand.
func BenchmarkExportMemory(b *testing.B) {
	for _, format := range []export.Format{export.CSV, export.JSON, export.XLSX} {
		for _, n := range []int{10_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", format, n), func(b *testing.B) {
				m := registration.ShippedExample()
				peak := &heap{}
				runtime.GC()
				before := peak.now()
				err := export.Write(peak, format, export.Options{Meeting: m}, func(yield func(registration.Entry, error) bool) {
					for i := range n {
						if i%1000 == 0 {
							peak.most = max(peak.most, peak.now())
						}
						s := exported(i, m.Slug)
						if !yield(registration.Entry{Signup: s, LeadCode: s.Code}, nil) {
							return
						}
					}
				})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(peak.most-min(peak.most, before))/1e6, "MB")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// heap looks at the heap in use as it is written to.
type heap struct{ most uint64 }

func (h *heap) now() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapInuse
}

// Write counts nothing: the generator looks often enough, but for the end.
func (h *heap) Write(p []byte) (int, error) {
	if len(p) >= 32<<10 {
		h.most = max(h.most, h.now())
	}
	return len(p), nil
}

func exported(i int, slug string) registration.Signup {
	id, at := registration.NewID(), time.Date(2019, time.May, 16, 9, 0, 0, i, time.UTC)
	email := fmt.Sprintf("personne-%d@invention.example", i)
	return registration.Signup{
		ID: id, Party: id, Meeting: slug, Code: fmt.Sprintf("%08d", i), Version: 1, AddressKey: email, Language: registration.French, CreatedAt: at, AddressConfirmedAt: at,
		Person: registration.Person{
			GivenName: "Marie-Noëlle", FamilyName: fmt.Sprintf("d’Arcy %d", i%900), Email: email, Organisation: fmt.Sprintf("Agence de développement %d", i%400),
			Function: "Cheffe de projet", Category: registration.Elected, Territory: "ti-2701",
		},
		Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: at}},
	}
}

func exportBed(b *testing.B, n int) (*sqldb.Store, registration.Meeting) {
	b.Helper()
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "sign-ups.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	m := registration.ShippedExample()
	m.Seats = registration.Unlimited
	if err := store.PutMeeting(b.Context(), m); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 1000 {
		err := store.Change(b.Context(), m.Slug, func(tx registration.Tx) error {
			for i := from; i < from+1000; i++ {
				if err := tx.Insert(exported(i, m.Slug)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return store, m
}

// bareRow are the texts of a row with the least work.
func bareRow(e registration.Entry) []string {
	t, _ := territoires.Lookup(territoires.PhaseI, territoires.ID(e.Territory))
	return []string{e.Code, string(e.Status()), e.FamilyName, e.GivenName, e.Email, e.Organisation, e.Function, string(e.Category), t.Name, e.Region(),
		strings.Join(e.Sessions(), " "), string(e.Language), e.LeadCode, "", e.CreatedAt.Format(time.RFC3339), e.AddressConfirmedAt.Format(time.RFC3339), ""}
}

func bareCSV(w io.Writer, all iter.Seq2[registration.Entry, error]) error {
	out := csv.NewWriter(w)
	for e, err := range all {
		if err != nil {
			return err
		}
		if err := out.Write(bareRow(e)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func bareJSON(w io.Writer, all iter.Seq2[registration.Entry, error]) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	for e, err := range all {
		if err != nil {
			return err
		}
		c := bareRow(e)
		if err := enc.Encode(struct {
			Code, Status, Family, Given, Email, Organisation, Function, Category, Territory, Region, Sessions, Language, Party, Companion, Created, Confirmed, Present string
		}{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13], c[14], c[15], c[16]}); err != nil {
			return err
		}
	}
	return out.Flush()
}

func bareXLSX(w io.Writer, all iter.Seq2[registration.Entry, error]) error {
	f := excelize.NewFile()
	defer f.Close()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	line := 0
	for e, err := range all {
		if err != nil {
			return err
		}
		line++
		var cells []any
		for _, text := range bareRow(e) {
			cells = append(cells, text)
		}
		if err := out.SetRow(fmt.Sprintf("A%d", line), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
