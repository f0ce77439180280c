// Package meetingfile reads and writes the configuration of a meeting as a
// YAML file whose keys are those of [registration.Meeting], and as the values
// of a form.
//
// It is a package of its own because only programs that read files need a YAML
// library. [Read] uses only the parser of that library and interprets the
// values itself. So it can name the line and column of each mistake, and it is
// stricter: the library reads 050 as 40, and an instant that it does not
// understand as the year 1.
package meetingfile
