package sqldb

import (
	"strconv"
	"strings"
)

// builder collects the parameters of a statement.
type builder struct{ args []any }

func (l *listing) builder() *builder { return &builder{args: []any{l.slug}} }

func (b *builder) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

// limit is the clause LIMIT. Its +0 hides the parameter from SQLite's planner,
// which would otherwise prepare the statement again each time the parameter is
// bound.
func (b *builder) limit(n int) string { return " LIMIT " + b.arg(n) + "+0" }

// term is the condition that a column is a term, or begins with it.
func (b *builder) term(column string, w wanted) string { return b.is(column, w.term, w.begins) }

// code is the condition that a column is the code of what is wanted, or begins with it.
func (b *builder) code(column string, w wanted) string { return b.is(column, w.code, w.begins) }

func (b *builder) is(column, value string, begins bool) string {
	if !begins {
		return column + " = " + b.arg(value)
	}
	return column + " >= " + b.arg(value) + " AND " + column + " < " + b.arg(value+"\U0010FFFF")
}

// escape makes the wildcards of LIKE stand for themselves.
var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// like is the condition that column terms of a sign-up has a term, or one that
// begins with it. The CAST hides the pattern from the planner, as in
// [builder.limit].
func (b *builder) like(w wanted) string {
	pattern := "% " + escape.Replace(w.term)
	if !w.begins {
		pattern += " "
	}
	return "signup.terms LIKE CAST(" + b.arg(pattern+"%") + ` AS TEXT) ESCAPE '\'`
}

// beyond is the condition that a row lies beyond the edge, in the order of these
// keys.
func (b *builder) beyond(keys []string, values []any, direction string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = b.arg(v)
	}
	sign := ">"
	if direction != "" {
		sign = "<"
	}
	return "(" + strings.Join(keys, ", ") + ") " + sign + " (" + strings.Join(list, ", ") + ")"
}
