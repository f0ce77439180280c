package registration

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/territoires"
)

// Request is what somebody asks for when they sign up, as typed. [Desk.SignUp]
// trims it and brings it to NFC before it validates it.
type Request struct {
	GivenName    string      `json:"given_name" validate:"required,max=100,line"`
	FamilyName   string      `json:"family_name" validate:"required,max=100,line"`
	Email        string      `json:"email" validate:"required,mailbox"`
	Organisation string      `json:"organisation" validate:"max=200,line"`
	Function     string      `json:"function" validate:"max=200,line"`
	Category     Category    `json:"category" validate:"required,category"`
	Territory    string      `json:"territory" validate:"omitempty,max=200,territory"` // id or official name in phase I
	Sessions     []SessionID `json:"sessions" validate:"max=100"`
	Language     Language    `json:"language" validate:"omitempty,language"` // "" means French
	Privacy      bool        `json:"privacy" validate:"required"`            // the notice was read
}

// clean returns r trimmed and in NFC, with the territory's name replaced by
// its id, and sessions sorted, each once.
func (r Request) clean() Request {
	for _, s := range []*string{&r.GivenName, &r.FamilyName, &r.Email, &r.Organisation, &r.Function, &r.Territory} {
		*s = strings.TrimSpace(norm.NFC.String(*s))
	}
	if t, ok := territoires.ByName(territoires.PhaseI, r.Territory); ok {
		r.Territory = string(t.ID)
	}
	if r.Language == "" {
		r.Language = French
	}
	r.Sessions = slices.Compact(slices.Sorted(slices.Values(r.Sessions)))
	return r
}

// check returns a [*territoires.ValidationError] with everything that is wrong
// with r for the meeting m; its paths are the names of the form's fields.
func (r Request) check(m Meeting) error {
	var all []territoires.FieldError
	err := territoires.Translate(requestRules().Struct(r))
	if bad, ok := errors.AsType[*territoires.ValidationError](err); ok {
		all = bad.Fields
	} else if err != nil {
		return err
	}
	for i := range all {
		all[i].Path = strings.TrimPrefix(all[i].Path, "request.")
	}
	if slices.ContainsFunc(r.Sessions, func(id SessionID) bool { _, ok := m.Session(id); return !ok }) {
		all = append(all, territoires.FieldError{Path: "sessions", Rule: "session"})
	}
	if len(all) == 0 {
		return nil
	}
	return &territoires.ValidationError{Fields: all}
}

func (r Request) person() Person {
	return Person{
		GivenName: r.GivenName, FamilyName: r.FamilyName, Email: r.Email,
		Organisation: r.Organisation, Function: r.Function,
		Category: r.Category, Territory: r.Territory,
	}
}

// requestRules is validator/v10 with the library's tags and those of a form.
var requestRules = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("json") })
	if err := territoires.RegisterValidations(v); err != nil {
		panic("registration: validation tags: " + err.Error())
	}
	for tag, holds := range map[string]func(s string) bool{
		"line":     isLine,
		"mailbox":  func(s string) bool { _, ok := AddressKey(s); return ok && isLine(s) },
		"category": func(s string) bool { return slices.Contains(Categories(), Category(s)) },
		"language": func(s string) bool { _, ok := ParseLanguage(s); return ok },
	} {
		if err := v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return holds(f.Field().String()) }); err != nil {
			panic("registration: validation tag " + tag + ": " + err.Error())
		}
	}
	return v
})

// isLine reports whether s is text of one line that reads as it is written: no
// control character (a line break would reach a mail header), and none of
// those that turn the direction of what follows.
func isLine(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}
