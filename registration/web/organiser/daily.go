package organiser

import (
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
)

// daily shows how many sign-ups came on each day: a curve of the total so far, a
// bar for each day, and the same figures in a table.
type daily struct {
	Rows     []dayRow
	Statuses []registration.Status // those that occur, the columns of the table
	Weekly   bool                  // a row is a week
	All      int
	Top      int    // of the scale of the bars
	Line     string // path of the curve
	Area     string // under it
	End      kernel.Spot
	First    string // the days at the ends
	Last     string
}

// The size of both drawings, in units of their paths, without the labels.
const (
	chartWidth  = 640.0
	chartHeight = 200.0
)

// maxBars is the most days that get one bar each. Beyond it, each week gets one bar.
const maxBars = 120

// dayRow is a day, or a week, of the table.
type dayRow struct {
	Label  string
	Href   string // of a day
	N      int
	Sum    int    // until then
	Counts []int  // by the statuses of the table
	Bars   [3]bar // with a seat, waiting, ended
}

// bar is a part of a bar of the chart.
type bar struct{ X, Y, Width, Height string }

// The statuses of two parts of a bar. The third part is of all others.
var (
	withSeat    = []registration.Status{registration.StatusConfirmed, registration.StatusPresent}
	withoutSeat = []registration.Status{registration.StatusPending, registration.StatusApproval, registration.StatusOffered, registration.StatusWaitlisted}
)

// newDaily draws how sign-ups came in.
func newDaily(r *kernel.Request, l kernel.Layout, s registration.Statistics) (d daily) {
	byDay := map[territoires.Date]map[registration.Status]int{}
	var first, last territoires.Date
	occurs := map[registration.Status]bool{}
	for _, t := range s.Tallies {
		day, err := territoires.ParseDate(t.Value)
		if t.Group != registration.GroupDay || err != nil {
			continue
		}
		if byDay[day] == nil {
			byDay[day] = map[registration.Status]int{}
		}
		byDay[day][t.Status] += t.N
		occurs[t.Status] = true
		if first.IsZero() || day.Before(first) {
			first = day
		}
		if last.Before(day) {
			last = day
		}
	}
	if len(byDay) == 0 {
		return d
	}
	for _, status := range registration.Statuses() {
		if occurs[status] {
			d.Statuses = append(d.Statuses, status)
		}
	}
	step := 1
	if first.AddDays(maxBars).Before(last) {
		d.Weekly, step = true, 7
	}
	for day := first; !last.Before(day); day = day.AddDays(step) {
		row := dayRow{Label: r.Words.DayMonth(day.In(registration.Paris)), Counts: make([]int, len(d.Statuses))}
		if !d.Weekly {
			row.Href = listOf(l, s.Meeting.Slug, "day", day.String())
		}
		for in := range step {
			for i, status := range d.Statuses {
				row.Counts[i] += byDay[day.AddDays(in)][status]
			}
		}
		for _, n := range row.Counts {
			row.N += n
		}
		d.All += row.N
		row.Sum, d.Top = d.All, max(d.Top, row.N)
		d.Rows = append(d.Rows, row)
	}
	d.First, d.Last = d.Rows[0].Label, d.Rows[len(d.Rows)-1].Label
	d.draw()
	return d
}

// draw computes the positions of the bars and of the curve.
func (d *daily) draw() {
	slot := chartWidth / float64(len(d.Rows))
	gap := min(slot/5, 4)
	var line strings.Builder
	fmt.Fprintf(&line, "M0 %.0f", chartHeight)
	for i := range d.Rows {
		row, y := &d.Rows[i], chartHeight
		n := [3]int{}
		for j, status := range d.Statuses {
			n[barPart(status)] += row.Counts[j]
		}
		for p := range n {
			height := chartHeight * float64(n[p]) / float64(d.Top)
			y -= height
			row.Bars[p] = bar{coordinate(float64(i)*slot + gap/2), coordinate(y), coordinate(slot - gap), coordinate(height)}
		}
		d.End = kernel.Spot{X: float64(i+1) * slot, Y: chartHeight * (1 - float64(row.Sum)/float64(d.All))}
		fmt.Fprintf(&line, "L%s %s", coordinate(d.End.X), coordinate(d.End.Y))
	}
	d.Line = line.String()
	d.Area = d.Line + fmt.Sprintf("V%.0fH0Z", chartHeight)
}

func coordinate(x float64) string { return fmt.Sprintf("%.1f", x) }

// barPart is the part of a bar in which a status is counted.
func barPart(s registration.Status) int {
	for i, kind := range [][]registration.Status{withSeat, withoutSeat} {
		for _, of := range kind {
			if s == of {
				return i
			}
		}
	}
	return 2
}
