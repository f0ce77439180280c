package territoires

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Row is a line of the list of territories as ANCT publishes it: one member of
// one territory.
type Row struct {
	Line   int          `json:"line"` // in the file, from 1; the header is line 1
	ID     ID           `json:"id"`
	Name   string       `json:"name"`
	Member string       `json:"member"` // the name of the member
	SIREN  sirene.SIREN `json:"siren"`  // of the member
}

// ErrHeader says that a file does not begin with the columns of ANCT's list.
var ErrHeader = errors.New("header is not id_ti,lib_ti,lib_groupement,siren_groupement")

// LineError says which line of a file is wrong, and why. It repeats nothing of the
// line but well-formed codes.
type LineError struct {
	Line int   // from 1
	Err  error // what is wrong with it
}

// Error says the line and what is wrong with it, in English.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// longestLine is the most bytes that a line may have; a real one has a
// hundred.
const longestLine = 64 << 10

var columns = []string{"id_ti", "lib_ti", "lib_groupement", "siren_groupement"}

// ReadCSV yields the rows of a list in ANCT's form, one by one, in constant
// memory. The form is UTF-8 with or without byte order mark, and the columns
// id_ti,lib_ti,lib_groupement,siren_groupement separated by commas or by
// semicolons. A field may not contain a line break. Identifiers and SIREN are
// read as [ParseID] and [sirene.ParseSIREN] read them, but an identifier need not be
// of the embedded list.
//
// A line that cannot be read gives a [*LineError] in place of a row, and reading
// goes on with the next line. A wrong header ([ErrHeader]) or an error of r ends
// the sequence.
func ReadCSV(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		in := bufio.NewReaderSize(r, longestLine)
		comma := ','
		for n := 1; ; n++ {
			text, err := readLine(in)
			if errors.Is(err, io.EOF) {
				if n == 1 {
					yield(Row{}, &LineError{1, ErrHeader})
				}
				return
			}
			var row Row
			switch {
			case n == 1 && (err == nil || errors.Is(err, errLong)):
				if comma, err = header(text); err == nil {
					continue
				}
			case err == nil && strings.TrimSpace(text) == "":
				continue
			case err == nil:
				row, err = parseRow(text, comma)
			}
			row.Line = n
			if err != nil {
				row, err = Row{}, &LineError{n, err}
			}
			end := n == 1 || err != nil && !lineFault(err)
			if !yield(row, err) || end {
				return
			}
		}
	}
}

var (
	errLong  = errors.New("longer than 64 KiB")
	errUTF8  = errors.New("not UTF-8")
	errParse = errors.New("not four fields, or a quote out of place")
	errEmpty = errors.New("a name is empty")
	errBreak = errors.New("a name has a line break")
)

// lineFault reports whether an error is of one line, not of the whole reader.
func lineFault(err error) bool {
	for _, known := range []error{errLong, errUTF8, errParse, errEmpty, ErrSyntax, sirene.ErrSyntax, sirene.ErrChecksum} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// readLine returns the next line without its line break. It skips a line that is
// too long and returns errLong for it.
func readLine(in *bufio.Reader) (string, error) {
	b, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return "", errLong
	}
	if err != nil && (len(b) == 0 || !errors.Is(err, io.EOF)) {
		return "", err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// header returns the separator of the columns, or [ErrHeader].
func header(text string) (rune, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	for _, comma := range []rune{',', ';'} {
		if f, err := fields(text, comma); err == nil && slices.EqualFunc(f, columns, func(a, b string) bool { return tidy(a) == b }) {
			return comma, nil
		}
	}
	return 0, ErrHeader
}

func fields(text string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, len(columns)
	f, err := r.Read()
	if err != nil {
		return nil, errParse // that of package csv counts its own lines
	}
	return f, nil
}

func parseRow(text string, comma rune) (Row, error) {
	if !utf8.ValidString(text) {
		return Row{}, errUTF8
	}
	f, err := fields(text, comma)
	if err != nil {
		return Row{}, err
	}
	return rowOf(f)
}

func rowOf(f []string) (Row, error) {
	row := Row{ID: ID(tidy(f[0])), Name: strings.TrimSpace(f[1]), Member: strings.TrimSpace(f[2])}
	if !validID(string(row.ID)) {
		return Row{}, fmt.Errorf("id_ti: %w", malformed("territory", `an identifier is "ti-" and four digits`))
	}
	if row.Name == "" || row.Member == "" {
		return Row{}, errEmpty
	}
	var err error
	if row.SIREN, err = sirene.ParseSIREN(f[3]); err != nil {
		return Row{}, fmt.Errorf("siren_groupement: %w", err)
	}
	return row, nil
}

// refused returns the error that [ReadCSV] would give for the fields of a line.
func refused(f []string) error {
	switch all := strings.Join(f, ""); {
	case !utf8.ValidString(all):
		return errUTF8
	case strings.ContainsAny(all, "\r\n"):
		return errBreak
	case 2*len(all) > longestLine: // each quote is written twice
		return errLong
	}
	_, err := rowOf(f)
	return err
}

// WriteCSV writes territories in the form that [ReadCSV] reads: UTF-8, commas,
// one line per member. A member that ReadCSV would refuse, for a name that is empty or
// has a line break, is an error.
func WriteCSV(w io.Writer, all iter.Seq[Territory]) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for t := range all {
		for _, m := range t.Members() {
			row := []string{string(t.ID), t.Name, m.Name, string(m.SIREN)}
			if err := refused(row); err != nil {
				return fmt.Errorf("write CSV: %s: %w", t.ID, err)
			}
			if err := out.Write(row); err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}
