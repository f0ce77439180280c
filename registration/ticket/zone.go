package ticket

import ics "github.com/arran4/golang-ical"

const parisZone = "Europe/Paris"

// addParis adds the rules of the time zone Europe/Paris. Since 1996 the whole
// European Union changes its clocks on the last Sundays of March and October at
// 01:00 UTC (directive 2000/84/EC).
func addParis(cal *ics.Calendar) {
	zone := cal.AddTimezone(parisZone)
	summer, winter := &ics.Daylight{}, zone.AddStandard()
	zone.Components = append(zone.Components, summer)
	for _, half := range []struct {
		*ics.ComponentBase
		name, from, to, start, month string
	}{
		{&winter.ComponentBase, "CET", "+0200", "+0100", "19961027T030000", "10"},
		{&summer.ComponentBase, "CEST", "+0100", "+0200", "19960331T020000", "3"},
	} {
		half.AddProperty("DTSTART", half.start)
		half.AddProperty("TZNAME", half.name)
		half.AddProperty("TZOFFSETFROM", half.from)
		half.AddProperty("TZOFFSETTO", half.to)
		half.AddProperty("RRULE", "FREQ=YEARLY;BYMONTH="+half.month+";BYDAY=-1SU")
	}
}
