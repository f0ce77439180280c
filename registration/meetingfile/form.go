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

// Values are the values of a form, by the keys of a file. An element of a
// list has its index in brackets: sessions[0].title.fr. A list of lines is
// one text with line ends. "" for a number of seats means that there is no
// limit.
type Values = map[string][]string

// Form returns the values of a form that shows m.
func Form(m registration.Meeting) Values {
	values := Values{}
	fillForm(values, "", reflect.ValueOf(m))
	return values
}

func fillForm(values Values, path string, v reflect.Value) {
	switch kindOf(v.Type()) {
	case "":
		for i := range v.NumField() {
			if name := keyOf(v.Type().Field(i)); name != "-" {
				fillForm(values, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
			}
		}
	case List:
		for i := range v.Len() {
			fillForm(values, element(path, i), v.Index(i))
		}
	case Choices:
		for i := range v.Len() {
			values[path] = append(values[path], v.Index(i).String())
		}
	default:
		values[path] = []string{formText(v)}
	}
}

// formText is a value as the form's control holds it.
func formText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return formInstant(x)
	case time.Duration:
		return formDuration(x)
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

// formInstant is an instant as clocks in Paris show it. The offset follows
// only in the hour that clocks show twice.
func formInstant(t time.Time) string {
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

func formDuration(d time.Duration) string {
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

// ReadForm returns m with the units that keys name (see [Units]) replaced by
// what the form contains, and the form as it was understood.
//
// What the form leaves out is empty, and a box that is not ticked is false;
// only a number of seats must not be left out. The rows of a list are put in
// the order that their fields .order ask for. Rows without content and rows
// with a field .remove are dropped, so later rows get other indices; a row
// without an id gets one made of its title.
//
// The error for values that cannot be read is a [*validation.Error] whose
// paths are those of the returned form.
func ReadForm(m registration.Meeting, keys []string, values Values) (registration.Meeting, Values, error) {
	r := formReader{values: Values{}, ids: map[string]map[string]bool{}}
	for _, unit := range unitKeys(Units(keys)) {
		for name, v := range values {
			if name == unit || strings.HasPrefix(name, unit+"[") {
				r.values[name] = v
			}
		}
		v := unitValue(&m, unit)
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
	ids    map[string]map[string]bool // of the elements of a list, once one was given: see idsOf
	wrong  []validation.FieldError
	nested int // rows so far of lists within lists
}

func (r *formReader) read(path string, v reflect.Value) {
	switch kindOf(v.Type()) {
	case "":
		for i := range v.NumField() {
			if name := keyOf(v.Type().Field(i)); name != "-" {
				r.read(path+"."+name, v.Field(i))
			}
		}
		r.giveID(path, v)
	case List:
		n := r.arrangeRows(path)
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
	if wrong := setValue(v, text, true); wrong != "" {
		r.wrong = append(r.wrong, validation.FieldError{Path: path, Rule: wrong})
	}
}

// text is what somebody typed, without spaces around it.
func (r *formReader) text(path string) string {
	if len(r.values[path]) == 0 {
		return ""
	}
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(r.values[path][0])
	return strings.TrimSpace(norm.NFC.String(s))
}

var hoursAndMinutes = regexp.MustCompile(`^(\d+)h(\d+)$`)

// period turns a duration as people write it (48 h, 90 min, 1h30) into one
// that [time.ParseDuration] reads.
func period(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), "")
	text = strings.Replace(text, "min", "m", 1)
	return hoursAndMinutes.ReplaceAllString(text, "${1}h${2}m")
}

var (
	dayOf  = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})`)
	hourOf = regexp.MustCompile(`(^|[ T])(\d{1,2}) ?h ?(\d\d)?$`)
)

// moment turns a day and an hour as people write them (12/06/2019, 9 h 30)
// into what [instant] reads.
func moment(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, " à ", " ")), " ")
	if d := dayOf.FindStringSubmatch(text); d != nil {
		text = d[3] + "-" + twoDigits(d[2]) + "-" + twoDigits(d[1]) + text[len(d[0]):]
	}
	if h := hourOf.FindStringSubmatch(text); h != nil {
		text = strings.TrimSuffix(text, h[0]) + h[1] + twoDigits(h[2]) + ":" + twoDigits(h[3])
	}
	return text
}

// twoDigits is a number in two digits.
func twoDigits(digits string) string { return ("00" + digits)[len(digits):] }

// Merge returns theirs with the changes that mine made to base, in the units
// that keys name (see [Units]). It also returns the units that mine and theirs
// both changed, in different ways: in these, mine wins.
func Merge(keys []string, base, mine, theirs registration.Meeting) (merged registration.Meeting, both []string) {
	for _, unit := range unitKeys(Units(keys)) {
		was, is, other := unitValue(&base, unit), unitValue(&mine, unit), unitValue(&theirs, unit)
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

// same reports whether a form shows both values in the same way.
func same(a, b reflect.Value) bool {
	x, y := Values{}, Values{}
	fillForm(x, "", a)
	fillForm(y, "", b)
	return reflect.DeepEqual(x, y)
}
