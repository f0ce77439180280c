// Package meetingfile reads and writes the configuration of a meeting as
// organisers keep it: a YAML file whose keys are those of
// [registration.Meeting].
//
// It is apart from the rules because only who works with files needs a YAML
// library, and because that library reads too much: instants that it does not
// understand as the year 1, 050 as 40. Only its parser is used; [Read] gives
// values their meaning, all in one pass, and knows the line and the column of
// each.
package meetingfile
