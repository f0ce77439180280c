package meetingfile

import (
	"reflect"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Values are the fields of a form, named as the keys of a file, with the index of
// an element in brackets: sessions[0].title.fr. A list of lines is one value. A
// number of seats without a limit is an empty field.
type Values = map[string][]string

// Form returns m as a form has it.
func Form(m registration.Meeting) Values {
	values := Values{}
	fill(values, "", reflect.ValueOf(m))
	return values
}

func fill(values Values, path string, v reflect.Value) {
	switch kindOf(v.Type()) {
	case "":
		for i := range v.NumField() {
			if name := keyOf(v.Type().Field(i)); name != "-" {
				fill(values, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
			}
		}
	case List:
		for i := range v.Len() {
			fill(values, element(path, i), v.Index(i))
		}
	case Choices:
		for i := range v.Len() {
			values[path] = append(values[path], v.Index(i).String())
		}
	default:
		values[path] = []string{shown(v)}
	}
}

// shown is a value as it is typed.
func shown(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return shownInstant(x)
	case time.Duration:
		return shownDuration(x)
	case territoires.Date:
		if x == (territoires.Date{}) {
			return ""
		}
		return x.String()
	case []string:
		return strings.Join(x, "\n")
	case registration.Seats:
		if x == registration.Unlimited {
			return ""
		}
		return formatInt(v)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return "true"
		}
		return "false"
	}
	if v.IsZero() {
		return ""
	}
	return formatInt(v)
}

// shownInstant is a time of Paris, with its zone only where clocks show it twice.
func shownInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(registration.Paris)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05.999999"} {
		if again, wrong := instant(t.Format(layout)); wrong == "" && again.Equal(t) {
			return t.Format(layout)
		}
	}
	return t.Format(time.RFC3339Nano)
}

func shownDuration(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	if d == 0 {
		return ""
	}
	return text
}

// ReadForm returns m with what a form says of the keys, each of which is a field,
// a list, or the beginning of some. What the form leaves out of them is empty: so
// is a box that is not ticked. A number of seats that is left out is an error. The
// rows of a list are put in their order; those that are emptied, or marked by
// .remove, are left out, and one without an id gets it from its title. ReadForm
// also returns the form after that. The
// [*validation.Error] for values that cannot be read uses the names of this form.
func ReadForm(m registration.Meeting, keys []string, values Values) (registration.Meeting, Values, error) {
	r := formReader{values: Values{}}
	for _, unit := range unitKeys(Units(keys)) {
		for name, v := range values {
			if name == unit || strings.HasPrefix(name, unit+"[") {
				r.values[name] = v
			}
		}
		v := at(&m, unit)
		v.SetZero()
		r.read(unit, v)
	}
	if len(r.wrong) > 0 {
		return m, r.values, &validation.Error{Fields: r.wrong}
	}
	return m, r.values, nil
}

type formReader struct {
	values Values
	wrong  []validation.FieldError
}

func (r *formReader) read(path string, v reflect.Value) {
	switch kindOf(v.Type()) {
	case "":
		for i := range v.NumField() {
			if name := keyOf(v.Type().Field(i)); name != "-" {
				r.read(path+"."+name, v.Field(i))
			}
		}
		r.name(path, v)
	case List:
		n := r.tidy(path)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		if n == 0 {
			v.SetZero()
		}
		for i := range n {
			r.read(element(path, i), v.Index(i))
		}
	case Choices:
		for _, word := range r.values[path] {
			v.Set(reflect.Append(v, reflect.ValueOf(word).Convert(v.Type().Elem())))
		}
	case Lines:
		for line := range strings.SplitSeq(r.text(path), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				v.Set(reflect.Append(v, reflect.ValueOf(line)))
			}
		}
	default:
		r.scalar(path, v)
	}
}

func (r *formReader) scalar(path string, v reflect.Value) {
	text := r.text(path)
	kind := kindOf(v.Type())
	switch {
	case text == "" && kind == Seats && len(r.values[path]) == 0: // left out, not emptied
		r.wrong = append(r.wrong, validation.FieldError{Path: path, Rule: "required"})
		return
	case text == "" && kind == Seats: // zero is a number of seats
		v.SetInt(int64(registration.Unlimited))
		return
	case text == "":
		return
	case kind == Duration:
		text = period(text)
	case kind == Day || kind == Hour || kind == Instant:
		text = moment(text)
	case kind == Bool && text == "yes":
		text = "true"
	case kind == Number || kind == Seats:
		text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2212", "-").Replace(text)
	}
	if wrong := put(v, text, true); wrong != "" {
		r.wrong = append(r.wrong, validation.FieldError{Path: path, Rule: wrong})
	}
}

// text is what was typed, without the spaces around it.
func (r *formReader) text(path string) string {
	if len(r.values[path]) == 0 {
		return ""
	}
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(r.values[path][0])
	return strings.TrimSpace(norm.NFC.String(s))
}

var halves = regexp.MustCompile(`^(\d+)h(\d+)$`)

// period reads how people write a duration: 48 h, 90 min, 1h30.
func period(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), "")
	text = strings.Replace(text, "min", "m", 1)
	return halves.ReplaceAllString(text, "${1}h${2}m")
}

var (
	dayOf  = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})`)
	hourOf = regexp.MustCompile(`(^|[ T])(\d{1,2}) ?h ?(\d\d)?$`)
)

// moment reads how people write a day and an hour: 12/06/2019, 9 h 30.
func moment(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, " à ", " ")), " ")
	if d := dayOf.FindStringSubmatch(text); d != nil {
		text = d[3] + "-" + two(d[2]) + "-" + two(d[1]) + text[len(d[0]):]
	}
	if h := hourOf.FindStringSubmatch(text); h != nil {
		text = strings.TrimSuffix(text, h[0]) + h[1] + two(h[2]) + ":" + two(h[3])
	}
	return text
}

// two is a number in two digits.
func two(digits string) string { return ("00" + digits)[len(digits):] }

// Merge returns theirs with the units of the keys that mine has changed from base,
// and the units that both changed differently.
func Merge(keys []string, base, mine, theirs registration.Meeting) (merged registration.Meeting, both []string) {
	for _, unit := range unitKeys(Units(keys)) {
		was, is, other := at(&base, unit), at(&mine, unit), at(&theirs, unit)
		if same(was, is) || same(is, other) {
			continue
		}
		if !same(was, other) {
			both = append(both, unit)
		}
		other.Set(is)
	}
	return theirs, both
}

// same compares values as forms show them.
func same(a, b reflect.Value) bool {
	x, y := Values{}, Values{}
	fill(x, "", a)
	fill(y, "", b)
	return reflect.DeepEqual(x, y)
}
