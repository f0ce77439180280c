// Package meetingfile reads and writes the configuration of a meeting as a
// YAML file whose keys are those of [registration.Meeting], and as the values
// of a form.
//
// It is not a part of package registration, because only programs that read
// files need a YAML library. Of that library only the parser is used: [Read]
// gives the values their meaning itself, since the library would accept too
// much (it reads 050 as 40, and an instant that it does not understand as the
// year 1), and because it can so name the line and column of each mistake.
package meetingfile
