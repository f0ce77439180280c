package organiser

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// settingsControl is one control of a form of settings. Exactly one of its
// fields is set.
type settingsControl struct {
	Input, Area *kernel.Input
	Select      *settingsSelect
	Choice      *kernel.Choice
	Box         *settingsBox
	Hidden      *kernel.Field
}

// settingsSelect is a choice of one in a row of a list.
type settingsSelect struct {
	kernel.Input
	Options []kernel.Option
}

// settingsBox is a box to tick.
type settingsBox struct {
	kernel.Input
	Checked bool
}

// settingsBlock is a group of controls: those of a text in both languages,
// those of a list, or those of one row of a list.
type settingsBlock struct {
	ID, Legend, Hint, Error string
	Lang                    string // of the legend, "" for ours
	Class                   string
	Controls                []settingsControl
	Blocks                  []settingsBlock
	Preview                 *kernel.Question // of the field that a question makes
	PreviewLegend           string
}

// settingsForm builds the controls of a page from the fields of a meeting file.
type settingsForm struct {
	settings
	kernel.Form
	request *kernel.Request
	stored  url.Values // the form of the meeting in force; its elements keep their ids
}

// multiline are the keys of texts with several lines.
var multiline = []string{"summary", "venue.access", "questions.hint", "notice.purposes", "notice.recipients", "notice.legal_basis",
	"notice.publisher", "notice.director", "notice.host", "cancel_reason"}

// required are the keys of values that no meeting may lack.
var required = []string{"title.fr", "day", "opens_at", "closes_at", "sessions.title.fr", "programme.title.fr",
	"questions.label.fr", "questions.options.label.fr"}

// blocks returns the controls of the values that keys name.
func (f settingsForm) blocks(keys []string) (list []settingsBlock) {
	for _, key := range keys { // in the order of the page
		for _, field := range meetingfile.Units([]string{key}) {
			list = f.add(list, field, field.Key, false)
		}
	}
	return list
}

// add adds the control of a field. The two languages of a text share one block.
func (f settingsForm) add(list []settingsBlock, field meetingfile.Field, path string, fresh bool) []settingsBlock {
	if field.Kind == meetingfile.List {
		return append(list, f.list(field, path, fresh))
	}
	c := f.control(field, path, fresh)
	if strings.HasSuffix(field.Key, ".en") {
		last := &list[len(list)-1]
		last.Controls = append(last.Controls, c)
		last.Class = "pair"
		return list
	}
	return append(list, settingsBlock{Controls: []settingsControl{c}})
}

// list returns the rows of a list, and empty rows for new elements.
func (f settingsForm) list(field meetingfile.Field, path string, fresh bool) settingsBlock {
	b := settingsBlock{ID: fieldID(path), Legend: f.fieldLabel(field.Key), Error: f.Error(path), Class: "rows"}
	if key := "settings.hint." + catalogueName(field.Key); f.Has(key) {
		b.Hint = f.T(key)
	}
	rows, more := f.rows(path), 1
	if field.Key == "questions.options" {
		if more = 2; fresh {
			more = 3
		}
	}
	for i := range rows + more {
		b.Blocks = append(b.Blocks, f.row(field, path+"["+strconv.Itoa(i)+"]", i, i >= rows))
	}
	return b
}

func (f settingsForm) row(list meetingfile.Field, path string, i int, fresh bool) settingsBlock {
	b := settingsBlock{ID: fieldID(path), Class: "row", Error: f.Error(path), Legend: f.T("settings.new." + catalogueName(list.Key))}
	title := strings.TrimSpace(f.Value(path+".title.fr") + f.Value(path+".label.fr"))
	if !fresh && title != "" {
		b.Legend, b.Lang = locale.Typeset(title), locale.French
	}
	var last []meetingfile.Field
	for _, field := range meetingfile.Elements(list.Key) {
		at := path + strings.TrimPrefix(field.Key, list.Key)
		switch {
		case field.Key == list.Key+".id" && fresh: // most leave it to us
			last = append(last, field)
		case field.Key == "questions.options" && !fresh && f.takesNoOptions(path):
		default:
			b.Blocks = f.add(b.Blocks, field, at, fresh)
		}
	}
	for _, field := range last {
		b.Blocks = f.add(b.Blocks, field, path+strings.TrimPrefix(field.Key, list.Key), fresh)
	}
	if !fresh {
		order := f.Filled(kernel.Input{Label: f.T("settings.order"), Type: "number", Autocomplete: "off", Optional: "yes"}, path+".order")
		order.Value, order.Optional = strconv.Itoa(i+1), " "
		remove := f.Filled(kernel.Input{Label: f.T("settings.remove"), Autocomplete: "off"}, path+".remove")
		b.Blocks = append(b.Blocks, settingsBlock{Class: "pair", Controls: []settingsControl{{Input: &order}, {Box: &settingsBox{Input: remove}}}})
		if list.Key == "questions" {
			b.Preview, b.PreviewLegend = f.preview(i), f.T("settings.review.as_asked")
		}
	}
	return b
}

// takesNoOptions reports whether a question of this kind has no options.
func (f settingsForm) takesNoOptions(path string) bool {
	kind := registration.QuestionKind(f.Value(path + ".kind"))
	return (kind == registration.TextQuestion || kind == registration.YesNoQuestion) && f.rows(path+".options") == 0 && f.Error(path+".options") == ""
}

var rowIndex = regexp.MustCompile(`^\[([0-9]{1,4})\]\.`)

// rows is how many rows of a list the form contains.
func (f settingsForm) rows(path string) (n int) {
	for name := range f.Values {
		rest, ok := strings.CutPrefix(name, path)
		if at := rowIndex.FindStringSubmatch(rest); ok && at != nil {
			i, _ := strconv.Atoi(at[1])
			n = max(n, i+1)
		}
	}
	return min(n, meetingfile.MaxRows)
}

// control returns the control of one field. A fresh row is one for a new
// element and may stay empty.
func (f settingsForm) control(field meetingfile.Field, path string, fresh bool) settingsControl {
	in := kernel.Input{Label: f.fieldLabel(field.Key), Type: "text", Autocomplete: "off", Optional: "yes", Plain: field.Kind != meetingfile.Text}
	if key := "settings.hint." + catalogueName(field.Key); f.Has(key) && !strings.HasSuffix(field.Key, ".en") {
		in.Hint = f.T(key)
	}
	if slices.Contains(required, field.Key) && !fresh {
		in.Optional = ""
	}
	in = f.Filled(in, path)
	if fresh && slices.Contains(required, field.Key) {
		in.Optional = " "
	}
	last := field.Key[strings.LastIndex(field.Key, ".")+1:]
	if options := f.options(field.Key); options != nil {
		in.Optional = " "
		for i := range options {
			options[i].Checked = options[i].Value == in.Value
		}
		return settingsControl{Select: &settingsSelect{in, options}}
	}
	if field.Kind == meetingfile.Choices {
		return settingsControl{Choice: f.categories(in)}
	}
	switch {
	case last == "id" && f.keepsID(path):
		return settingsControl{Hidden: &kernel.Field{Name: path, Value: in.Value}}
	case field.Kind == meetingfile.Bool:
		in.Optional = ""
		return settingsControl{Box: &settingsBox{in, in.Value == "true" || in.Value == "yes"}}
	case field.Kind == meetingfile.Lines, slices.Contains(multiline, strings.TrimSuffix(strings.TrimSuffix(field.Key, ".fr"), ".en")):
		in.Rows = max(3, min(12, strings.Count(in.Value, "\n")+2))
		return settingsControl{Area: &in}
	}
	in.Type = inputType(field.Kind, in.Value)
	return settingsControl{Input: &in}
}

// categories are the boxes of the categories that the sign-up form may offer.
func (f settingsForm) categories(in kernel.Input) *kernel.Choice {
	c := kernel.Choice{ID: in.ID, Name: in.Name, Label: in.Label, Hint: in.Hint, Error: in.Error, Optional: in.Optional, Described: in.Described, Class: "two", Many: true}
	for _, v := range registration.Categories() {
		c.Options = append(c.Options, kernel.Option{Value: string(v), Label: f.T("words.category." + string(v)), Checked: slices.Contains(f.Values[in.Name], string(v))})
	}
	return &c
}

// keepsID reports whether the element is in the meeting in force. If so, its id must
// not change.
func (f settingsForm) keepsID(path string) bool {
	id, list := f.Value(path), path[:strings.LastIndex(path, "[")]
	for name, v := range f.stored {
		if id != "" && v[0] == id && strings.HasSuffix(name, "].id") && strings.HasPrefix(name, list[:strings.Index(list+"[", "[")]) {
			return true
		}
	}
	return false
}

// inputTypes are the types of inputs that browsers have for days and hours,
// with the pattern of their values.
var inputTypes = map[meetingfile.Kind]struct {
	name  string
	takes *regexp.Regexp
}{
	meetingfile.Day:     {"date", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	meetingfile.Hour:    {"time", regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)},
	meetingfile.Instant: {"datetime-local", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d$`)},
}

// inputType is the type of an input for this value. A browser shows an input
// for days or hours as empty if its value is no day or hour, so such a value
// gets a text input.
func inputType(k meetingfile.Kind, value string) string {
	if t, ok := inputTypes[k]; ok && (value == "" || t.takes.MatchString(value)) {
		return t.name
	}
	return "text"
}

// options are the values of a field that allows only a few, nil for another
// field.
func (f settingsForm) options(key string) (list []kernel.Option) {
	var values []string
	switch catalogueName(key) {
	case "programme_half":
		values = []string{string(registration.Morning), string(registration.Afternoon)}
	case "door":
		values = []string{string(registration.DoorSeats), string(registration.DoorBeyond)}
	case "questions_kind":
		values = []string{string(registration.TextQuestion), string(registration.ChoiceQuestion), string(registration.ChoicesQuestion), string(registration.YesNoQuestion)}
	case "programme_session":
		list = []kernel.Option{{Label: f.T("settings.no_session")}}
		for _, s := range f.Meeting.Sessions {
			list = append(list, kernel.Option{Value: string(s.ID), Label: f.Text(s.Title), Lang: f.TextLang(s.Title)})
		}
		return list
	}
	for _, v := range values {
		list = append(list, kernel.Option{Value: v, Label: f.T("settings.value." + catalogueName(key) + "." + v)})
	}
	return list
}

// preview returns the field that a question makes on the sign-up form, as the
// question is now.
func (f settingsForm) preview(i int) *kernel.Question {
	if i >= len(f.Meeting.Questions) || f.Meeting.Questions[i].ID != f.Value("questions["+strconv.Itoa(i)+"].id") {
		return nil
	}
	m := f.Meeting
	m.Questions = m.Questions[i : i+1]
	if all := f.request.Questions(m, f.request.NewForm(nil)); len(all) > 0 {
		return &all[0]
	}
	return nil // closed
}

// fieldID is the id that kernel gives the control of a path.
func fieldID(path string) string { return kernel.FieldError{Field: path}.ID() }
