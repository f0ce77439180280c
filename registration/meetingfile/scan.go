package meetingfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The bounds of a file. The parser's time grows with the square of the depth, and
// with that of the blank lines in a row, so both are checked before the parser runs.
const (
	MaxSize  = 64 << 10 // bytes
	MaxDepth = 32       // lists and mappings in each other
	maxBlank = 100      // blank lines in a row
)

// parse returns the document of a file, nil if it is empty.
func parse(b []byte) (ast.Node, *Problem) {
	if len(b) > MaxSize {
		return nil, &Problem{1, 1, "", fmt.Sprintf("the file is too large: at most %d bytes are read", MaxSize)}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if p := notUTF8(b); p != nil {
		return nil, p
	}
	text := string(b)
	if p := tooManyBlank(text); p != nil {
		return nil, p
	}
	tokens := lexer.Tokenize(text)
	if p := refuseUnused(tokens); p != nil {
		return nil, p
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, unreadable(text, err)
	}
	var body ast.Node
	for _, d := range file.Docs {
		switch {
		case d.Body == nil:
		case body != nil:
			return nil, &Problem{d.Body.GetToken().Position.Line, 1, "", "a file holds one meeting: remove what follows the line ---"}
		default:
			body = d.Body
		}
	}
	return body, nil
}

// notUTF8 returns a problem for the first byte that is not UTF-8. Most often
// it is an accent in a file that an older program of Windows saved.
func notUTF8(b []byte) *Problem {
	if utf8.Valid(b) {
		return nil
	}
	line, column := 1, 1
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			return &Problem{line, column, "", "save the file as UTF-8: this letter is written in another encoding, such as Latin-1 (Windows-1252)"}
		case r == '\n':
			line, column = line+1, 0
		}
		b, column = b[n:], column+1
	}
	return nil
}

// tooManyBlank returns a problem for the first of too many blank lines in a row.
func tooManyBlank(text string) *Problem {
	blank := 0
	for i, line := range strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n") {
		if blank++; strings.TrimSpace(line) != "" {
			blank = 0
		}
		if blank > maxBlank {
			return &Problem{i + 2 - blank, 1, "", fmt.Sprintf("remove the blank lines here: at most %d are read in a row", maxBlank)}
		}
	}
	return nil
}

// refuseUnused returns a problem for what no meeting needs: deep nesting, and
// the parts of YAML by which one value stands for another.
func refuseUnused(tokens token.Tokens) *Problem {
	var d depth
	for _, t := range tokens {
		at := Problem{Line: t.Position.Line, Column: t.Position.Column}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			at.Text = "anchors (&), aliases (*), tags (!) and directives (%) are not read here: write the value itself, in quotes if it begins with such a sign"
			return &at
		}
		if d.read(t) > MaxDepth {
			at.Text = fmt.Sprintf("lists and mappings are nested too deeply here: at most %d levels", MaxDepth)
			return &at
		}
	}
	return nil
}

// depth counts the lists and mappings that are open. Those in brackets end
// with their bracket; those written line by line end where a line begins
// further left.
type depth struct {
	brackets int
	columns  []int
}

func (d *depth) read(t *token.Token) int {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		d.brackets++
	case token.SequenceEndType, token.MappingEndType:
		d.brackets--
	case token.SequenceEntryType, token.MappingKeyType:
		d.openAt(t.Position.Column)
	case token.MappingValueType:
		if d.brackets == 0 && t.Prev != nil {
			d.openAt(t.Prev.Position.Column)
		}
	}
	return d.brackets + len(d.columns)
}

func (d *depth) openAt(column int) {
	for len(d.columns) > 0 && d.columns[len(d.columns)-1] > column {
		d.columns = d.columns[:len(d.columns)-1]
	}
	if len(d.columns) == 0 || d.columns[len(d.columns)-1] < column {
		d.columns = append(d.columns, column)
	}
}

// unreadable returns a problem that says what may be wrong at the place where
// the parser gave up.
func unreadable(text string, err error) *Problem {
	p := Problem{1, 1, "", "this cannot be read: check that each key is followed by a colon and a space, that the lines of a list or a mapping begin in the same column, and that quotes and brackets are closed"}
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil && e.GetToken().Position != nil {
		p.Line, p.Column = e.GetToken().Position.Line, e.GetToken().Position.Column
		if strings.Contains(e.GetMessage(), "already defined") {
			p.Text = "this key is there already, further up: keep one of the two"
		}
	}
	for i, line := range strings.Split(text, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if strings.Contains(indent, "\t") && strings.TrimSpace(line) != "" {
			return &Problem{i + 1, strings.Index(indent, "\t") + 1, "", "begin lines with spaces, not with tabs"}
		}
	}
	return &p
}
