package kernel

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
)

// Companions are the fields companions[0].given_name, .family_name and .email,
// then companions[1] and so on. Rows left blank are passed over.

var companionField = regexp.MustCompile(`^companions\[(0|[1-9]\d{0,3})\]\.(given_name|family_name|email)$`)

var companionFields = []string{"given_name", "family_name", "email"}

// maxRows is how many rows are read and shown again. It is one more than the
// Desk ever accepts, so that the Desk refuses a form with too many.
const maxRows = 51

// postedRows lists the numbers of the rows that were posted, blank ones included.
func postedRows(values url.Values) []int {
	rows := map[int]bool{}
	for name := range values {
		if m := companionField.FindStringSubmatch(name); m != nil {
			i, _ := strconv.Atoi(m[1]) // digits only
			rows[i] = true
		}
	}
	return slices.Sorted(maps.Keys(rows))
}

// CompanionRows returns how many rows a form needs to show those that were posted,
// blank ones included.
func CompanionRows(values url.Values) int {
	rows := postedRows(values)
	if len(rows) == 0 {
		return 0
	}
	return min(rows[len(rows)-1]+1, maxRows)
}

func companionName(i int, field string) string { return fmt.Sprintf("companions[%d].%s", i, field) }

// Companions reads the rows that are not blank, whatever their numbers. It also
// renumbers them in values without gaps: the errors of the Desk have these numbers,
// and so have the rows when the form is shown again.
func Companions(values url.Values) []registration.Companion {
	var list []registration.Companion
	for _, i := range postedRows(values) {
		c := registration.Companion{
			GivenName: values.Get(companionName(i, "given_name")), FamilyName: values.Get(companionName(i, "family_name")),
			Email: values.Get(companionName(i, "email")),
		}
		for _, field := range companionFields {
			values.Del(companionName(i, field))
		}
		if !c.Empty() && len(list) < maxRows {
			list = append(list, c)
		}
	}
	for i, c := range list {
		values.Set(companionName(i, "given_name"), c.GivenName)
		values.Set(companionName(i, "family_name"), c.FamilyName)
		values.Set(companionName(i, "email"), c.Email)
	}
	return list
}

// CompanionRow has the fields for one companion.
type CompanionRow struct {
	Number int  // from 1
	Open   bool // with something typed into it, or an error
	Inputs []Input
}

// CompanionInputs returns the first n rows of the form.
func (f Form) CompanionInputs(n int) []CompanionRow {
	var list []CompanionRow
	for i := range n {
		row := CompanionRow{Number: i + 1, Inputs: f.companionRow(fmt.Sprintf("companions[%d].", i))}
		row.Open = slices.ContainsFunc(row.Inputs, func(in Input) bool { return in.Value != "" || in.Error != "" })
		list = append(list, row)
	}
	return list
}

// RemoveCompanion takes the row of that number, from 1, out of values.
func RemoveCompanion(values url.Values, number string) {
	if n, err := strconv.Atoi(number); err == nil {
		for _, field := range companionFields {
			values.Del(companionName(n-1, field))
		}
	}
	Companions(values) // renumbers the others
}

// companionRow returns the fields of one companion, whose names begin with
// prefix. Autocompletion is off: browsers would fill in the visitor's own data.
func (f Form) companionRow(prefix string) []Input {
	var list []Input
	for _, name := range companionFields {
		in := inputs[name]
		in.Label, in.Autocomplete = f.words.T("form.label."+name), "off"
		if name == "email" {
			in.Optional, in.Hint = "yes", f.words.T(f.key("hint.companion_email"))
		}
		list = append(list, f.Filled(in, prefix+name))
	}
	return list
}
