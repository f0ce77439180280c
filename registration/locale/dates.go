package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Paris must be known on a machine without a zone database
)

const (
	nbsp   = "\u00a0" // no-break space
	narrow = "\u202f" // narrow no-break space
)

// paris is the zone in which people read times, whatever zone a time is in.
var paris = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("locale: embedded zone database: " + err.Error())
	}
	return loc
}()

var (
	frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre"}
	frenchDays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
)

// LongDate returns « mercredi 12 juin 2019 » or "Wednesday 12 June 2019" for
// the day that t is in Paris.
func (w *Words) LongDate(t time.Time) string { return w.Weekday(t) + " " + w.Date(t) }

// Date returns « 12 juin 2019 », « 1er juin 2019 » or "12 June 2019".
func (w *Words) Date(t time.Time) string {
	return w.DayMonth(t) + " " + strconv.Itoa(t.In(paris).Year())
}

// DayMonth returns « 12 juin », « 1er juin » or "12 June".
func (w *Words) DayMonth(t time.Time) string {
	return w.DayNumber(t) + " " + w.Month(t)
}

// DayNumber returns the day of the month: « 1er », « 12 », "1", "12".
func (w *Words) DayNumber(t time.Time) string {
	d := t.In(paris).Day()
	if w.lang == French && d == 1 {
		return "1er"
	}
	return strconv.Itoa(d)
}

// Weekday returns « mercredi » or "Wednesday".
func (w *Words) Weekday(t time.Time) string {
	if w.lang == French {
		return frenchDays[t.In(paris).Weekday()]
	}
	return t.In(paris).Weekday().String()
}

// Month returns « juin » or "June".
func (w *Words) Month(t time.Time) string {
	if w.lang == French {
		return frenchMonths[t.In(paris).Month()-1]
	}
	return t.In(paris).Month().String()
}

// Hour returns the hour in Paris: « 9 h 30 », « 14 h » with no-break spaces, or
// "09:30". For the hour that comes twice in October it adds which one it is:
// « 2 h 30 (heure d’été) ».
func (w *Words) Hour(t time.Time) string { return w.clock(t) + w.twice(t) }

// twice returns words for the hour that clocks in Paris show twice, which say
// whether t is in the first or the second; otherwise "".
func (w *Words) twice(t time.Time) string {
	shown := func(t time.Time) string { return t.In(paris).Format("15:04") }
	if shown(t.Add(time.Hour)) != shown(t) && shown(t.Add(-time.Hour)) != shown(t) {
		return ""
	}
	switch summer := t.In(paris).IsDST(); {
	case summer && w.lang == French:
		return " (heure d’été)"
	case summer:
		return " (summer time)"
	case w.lang == French:
		return " (heure d’hiver)"
	}
	return " (winter time)"
}

func (w *Words) clock(t time.Time) string {
	t = t.In(paris)
	if w.lang != French {
		return t.Format("15:04")
	}
	s := strconv.Itoa(t.Hour()) + nbsp + "h"
	if t.Minute() != 0 {
		s += fmt.Sprintf("%s%02d", nbsp, t.Minute())
	}
	return s
}

// Moment returns the day and the hour: « mardi 11 juin 2019 à 9 h 30 » or
// "Tuesday 11 June 2019 at 09:30".
func (w *Words) Moment(t time.Time) string {
	if w.lang == French {
		return w.LongDate(t) + " à " + w.Hour(t)
	}
	return w.LongDate(t) + " at " + w.Hour(t)
}

// Number returns n with thousands separators: « 10 000 » with a narrow no-break
// space, or "10,000".
func (w *Words) Number(n int) string {
	s, sign := strconv.Itoa(n), ""
	if n < 0 {
		s, sign = s[1:], "−"
	}
	apart := ","
	if w.lang == French {
		apart = narrow
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + apart + s[i:]
	}
	return sign + s
}

// List joins the items as in a sentence: « a, b et c », "a, b and c".
func (w *Words) List(items []string) string {
	and := " and "
	if w.lang == French {
		and = " et "
	}
	if n := len(items) - 1; n > 0 {
		return strings.Join(items[:n], ", ") + and + items[n]
	}
	return strings.Join(items, "")
}
