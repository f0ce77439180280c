package meetingfile

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
)

func formatInt(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }

// The fields that a row of a form may have besides its own: its wanted place
// in the list, counted from 1, and the mark that it is to be removed.
const (
	orderField  = "order"
	removeField = "remove"
)

// notCounted are the fields that a form sends even for an empty row. A row that
// has only such values is dropped.
var notCounted = []string{"id", orderField, removeField, "half", "kind", "session", "closed", "required"}

// row is a row of a list: its index in the form, its place as the form was
// sent, and the place that was asked for.
type row struct{ index, sentAt, place int }

// MaxRows is how many rows of a list a form is read for, more than any meeting may
// have: later ones are dropped, and [registration.Meeting.Check] says that there are
// too many.
const MaxRows = 250

// maxNested is the same of the rows of all lists within lists: the options of all
// questions.
const maxNested = 1250

var rowIndex = regexp.MustCompile(`^\[([0-9]{1,4})\]\.`)

// arrangeRows drops the empty and the removed rows of a list, orders the
// others as their fields .order ask for, numbers them anew from 0 and returns
// how many there are.
func (r *formReader) arrangeRows(list string) int {
	fields := map[int][]string{} // by the index of the row
	for name := range r.values {
		rest, ok := strings.CutPrefix(name, list)
		if at := rowIndex.FindStringSubmatch(rest); ok && at != nil {
			i, _ := strconv.Atoi(at[1])
			fields[i] = append(fields[i], name)
		}
	}
	var rows []row
	for n, i := range slices.Sorted(maps.Keys(fields)) {
		if r.text(element(list, i)+"."+removeField) != "" || r.empty(fields[i]) {
			continue
		}
		v := row{i, n + 1, n + 1}
		if place, err := strconv.Atoi(r.text(element(list, i) + "." + orderField)); err == nil {
			v.place = place
		}
		rows = append(rows, v)
	}
	// Two rows may ask for the same place. A row that moves up goes before
	// the one that was there, a row that moves down goes after it.
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(cmp.Compare(a.place, a.sentAt), cmp.Compare(b.place, b.sentAt)))
	})
	most := MaxRows
	if strings.Contains(list, "[") {
		most = min(most, maxNested-r.nested)
		r.nested += min(len(rows), most)
	}
	rows = rows[:min(len(rows), most)]
	moved := Values{}
	for i, v := range rows {
		for _, name := range fields[v.index] {
			rest := strings.TrimPrefix(name, element(list, v.index))
			if rest != "."+orderField && rest != "."+removeField {
				moved[element(list, i)+rest] = r.values[name]
			}
		}
	}
	for _, names := range fields {
		for _, name := range names {
			delete(r.values, name)
		}
	}
	maps.Copy(r.values, moved)
	return len(rows)
}

func (r *formReader) empty(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		last := name[strings.LastIndex(name, ".")+1:]
		return !slices.Contains(notCounted, last) && r.text(name) != ""
	})
}

// giveID gives an element without an id one that is made of its title.
func (r *formReader) giveID(path string, v reflect.Value) {
	id := v.FieldByName("ID")
	if !id.IsValid() || id.String() != "" {
		return
	}
	title, separator := v.FieldByName("Title"), "-"
	if !title.IsValid() {
		title = v.FieldByName("Label")
	}
	if v.Type() == reflect.TypeFor[registration.Question]() {
		separator = "_"
	}
	base := slug(title.Interface().(registration.Localized).FR, separator)
	if base == "" {
		return // what is missing is said
	}
	taken := r.idsOf(path[:strings.LastIndex(path, "[")])
	text := base
	for n := 2; taken[text] || reserved(v.Type(), text); n++ {
		text = base + separator + strconv.Itoa(n)
	}
	taken[text] = true
	id.SetString(text)
	r.values[path+".id"] = []string{text}
}

// reserved reports whether no element of this type may have this id.
func reserved(t reflect.Type, id string) bool {
	switch t {
	case reflect.TypeFor[registration.Session]():
		return id == string(registration.MeetingSession)
	case reflect.TypeFor[registration.Question]():
		return registration.Question{ID: id}.Reserved()
	}
	return false
}

// idsOf returns the ids of the elements of a list, for [formReader.giveID] to add to.
func (r *formReader) idsOf(list string) map[string]bool {
	if r.ids[list] == nil {
		ids := map[string]bool{}
		for name, v := range r.values {
			rest, ok := strings.CutPrefix(name, list)
			if at := rowIndex.FindString(rest); ok && at != "" && rest == at+"id" {
				ids[v[0]] = true
			}
		}
		r.ids[list] = ids
	}
	return r.ids[list]
}

// slug returns a text in lower-case letters and digits without accents, at
// most 40 of them, with the separator between words.
func slug(text, separator string) string {
	text = norm.NFKD.String(strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae").Replace(text))
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Mn, c):
			return -1
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			return unicode.ToLower(c)
		}
		return ' '
	}, text)
	var id string
	for _, word := range strings.Fields(text) {
		if len(id)+len(separator)+len(word) > 40 {
			break
		}
		id = strings.TrimPrefix(id+separator+word, separator)
	}
	return id
}
