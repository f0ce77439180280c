package registration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
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
	Companions   []Companion `json:"companions" validate:"max=50,dive"`      // maxCompanions
	Answers      Answers     `json:"answers"`
	Interests    []string    `json:"interests" validate:"max=10,dive,axis"`
	Signals      BotSignals  `json:"-" validate:"-"`
}

// Address returns the address as it is stored: see [address.Parse].
func (r Request) Address() string { return cleanAddress(r.Email) }

// maxCompanions is more than any meeting lets one person bring.
const maxCompanions = 50

// Companion is somebody whom a person brings, and who needs a seat too.
type Companion struct {
	GivenName  string `json:"given_name" validate:"required,max=100,line"`
	FamilyName string `json:"family_name" validate:"required,max=100,line"`
	Email      string `json:"email" validate:"omitempty,mailbox"` // "": mails go to the person who brings them
}

// clean returns r trimmed and in NFC. It replaces the name of the territory by its
// id, sorts the sessions and interests and removes duplicates, and removes blank
// companions.
func (r Request) clean(m Meeting) Request {
	for _, s := range []*string{&r.GivenName, &r.FamilyName, &r.Organisation, &r.Function, &r.Territory} {
		*s = cleanLine(*s)
	}
	r.Email = cleanAddress(r.Email)
	if t, ok := territoires.ByName(territoires.PhaseI, r.Territory); ok {
		r.Territory = string(t.ID)
	}
	if r.Language == "" {
		r.Language = French
	}
	r.Sessions = slices.Compact(slices.Sorted(slices.Values(r.Sessions)))
	r.Interests = slices.Compact(slices.Sorted(slices.Values(r.Interests)))
	r.Answers = r.Answers.clean(m)
	var companions []Companion
	for _, c := range r.Companions {
		if c = c.clean(); !c.Empty() {
			companions = append(companions, c)
		}
	}
	r.Companions = companions
	return r
}

func (c Companion) clean() Companion {
	return Companion{cleanLine(c.GivenName), cleanLine(c.FamilyName), cleanAddress(c.Email)}
}

// checked returns c cleaned, or a [*validation.Error].
func (c Companion) checked() (Companion, error) {
	c = c.clean()
	all, err := fieldErrors(requestRules().Struct(c), "companion.")
	if err == nil && len(all) > 0 {
		err = &validation.Error{Fields: all}
	}
	return c, err
}

// Empty reports whether c is a blank row of a form. Sign-ups ignore such rows.
func (c Companion) Empty() bool { return c.clean() == Companion{} }

// cleanAddress returns the address in a typed text, without what was pasted around
// it. If the text is not an address, it is cleaned like any other line.
func cleanAddress(typed string) string {
	if a, ok := address.Parse(typed); ok {
		return a.Text
	}
	return cleanLine(typed)
}

// cleanLine returns s in NFC and without spaces and marks of direction around it, or
// "" if s has no visible character. Joiners between letters stay: some scripts need them.
func cleanLine(s string) string {
	s = strings.TrimFunc(norm.NFC.String(s), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff'
	})
	if !strings.ContainsFunc(s, func(r rune) bool {
		return r > ' ' && !address.IsBlank(r) && !unicode.In(r, unicode.Cf, unicode.Mn, unicode.Z)
	}) {
		return ""
	}
	return s
}

// Try checks a request as [Desk.SignUp] does, even for a meeting that is not
// published yet. It stores nothing and writes to nobody. It returns a
// [*validation.Error] or [ErrNotFound].
func (d *Desk) Try(ctx context.Context, slug string, r Request) error {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return fmt.Errorf("try: %w", err)
	}
	return r.clean(m).check(m, Signup{})
}

// check returns a [*validation.Error] with everything that is wrong with r for the
// meeting m; its paths are the names of the form's fields. of is the person's present
// sign-up, zero for a newcomer: closed sessions and options that they already chose
// may stay.
func (r Request) check(m Meeting, of Signup) error {
	all, err := fieldErrors(requestRules().Struct(r), "request.")
	if err != nil {
		return err
	}
	if rule := m.clash(r.Sessions, of); rule != "" {
		all = append(all, validation.FieldError{Path: "sessions", Rule: rule})
	}
	if slices.Contains(Categories(), r.Category) && !m.OffersCategory(r.Category, of.Category) {
		all = append(all, validation.FieldError{Path: "category", Rule: "category"})
	}
	if len(r.Companions) > m.Companions {
		all = append(all, validation.FieldError{Path: "companions", Rule: "max", Param: strconv.Itoa(m.Companions), Kind: "slice"})
	}
	all = append(append(all, r.duplicateAddresses()...), r.Answers.check(m, of.Answers)...)
	if len(all) == 0 {
		return nil
	}
	return &validation.Error{Fields: all}
}

// fieldErrors returns the errors of a validator field by field. It removes prefix,
// the name of the type, from their paths.
func fieldErrors(err error, prefix string) ([]validation.FieldError, error) {
	err = validation.Translate(err)
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return nil, err
	}
	for i := range bad.Fields {
		bad.Fields[i].Path = strings.TrimPrefix(bad.Fields[i].Path, prefix)
	}
	return bad.Fields, nil
}

// clash returns the rule that a choice of sessions breaks, "" if none: an
// unknown session, a closed one that the person was not in, or two at the same
// hour.
func (m Meeting) clash(ids []SessionID, of Signup) string {
	slots := map[string]bool{"": false}
	for _, id := range ids {
		s, ok := m.Session(id)
		if !ok || s.Closed && !of.in(id) {
			return "session"
		}
		if slots[s.Slot] {
			return "clash"
		}
		slots[s.Slot] = s.Slot != ""
	}
	return ""
}

// duplicateAddresses finds the companions whose address stands earlier in the form.
func (r Request) duplicateAddresses() []validation.FieldError {
	if len(r.Companions) == 0 {
		return nil
	}
	var all []validation.FieldError
	seen := map[string]bool{}
	if key, ok := address.Key(r.Email); ok {
		seen[key] = true
	}
	for i, c := range r.Companions {
		key, ok := address.Key(c.Email)
		if ok && seen[key] {
			all = append(all, validation.FieldError{Path: fmt.Sprintf("companions[%d].email", i), Rule: "unique"})
		}
		seen[key] = ok
	}
	return all
}

// party returns the sign-ups that r asks for, the lead first.
func (r Request) party(m Meeting, now time.Time) []Signup {
	lead := Signup{
		ID: NewID(), Meeting: m.Slug, Person: r.person(), Language: r.Language,
		NoticeVersion: m.NoticeVersion(), CreatedAt: now, Answers: r.Answers, Interests: r.Interests,
	}
	lead.Party = lead.ID
	lead.AddressKey, _ = address.Key(r.Email)
	all := []Signup{lead}
	for _, c := range r.Companions {
		all = append(all, lead.companion(c, now))
	}
	return all
}

// companion returns the sign-up of somebody whom s brings.
func (s Signup) companion(c Companion, now time.Time) Signup {
	p := Signup{
		ID: NewID(), Party: s.ID, Meeting: s.Meeting, Language: s.Language, NoticeVersion: s.NoticeVersion, CreatedAt: now,
		Person: Person{
			GivenName: c.GivenName, FamilyName: c.FamilyName, Email: c.Email,
			Organisation: s.Organisation, Category: s.Category, Territory: s.Territory,
		},
	}
	p.AddressKey, _ = address.Key(c.Email)
	return p
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
	if err := validation.Register(v); err != nil {
		panic("registration: validation tags: " + err.Error())
	}
	for tag, holds := range map[string]func(s string) bool{
		"line":     isLine,
		"mailbox":  isBareAddress, // forms are cleaned before
		"category": func(s string) bool { return slices.Contains(Categories(), Category(s)) },
		"language": func(s string) bool { _, ok := ParseLanguage(s); return ok },
	} {
		if err := v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return holds(f.Field().String()) }); err != nil {
			panic("registration: validation tag " + tag + ": " + err.Error())
		}
	}
	return v
})

// isLine reports whether s is text of one line: without control characters (a
// line break would reach a mail header) and without those that change the
// direction of writing.
func isLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}

// BotSignals are the parts of a sign-up form that were not typed and help to tell
// people from robots. The zero value proves nothing, which is enough for a few
// sign-ups from one network.
type BotSignals struct {
	Form     string     // the token that [Desk.FormToken] returned when the form was shown
	Honeypot string     // content of a field that people do not see: if it is not empty, a robot filled it in
	Network  netip.Addr // the IP address that sent the form
}

const (
	// fillTime is the least time that a person needs to fill in the form.
	fillTime = 3 * time.Second
	// formFor is how long the token of a form is valid.
	formFor = 24 * time.Hour

	// setBack limits how far in the future a form may be dated: the clock may have been
	// set back after the form was shown.
	setBack = 2 * time.Hour

	// limitWindow is the length of the window in which sign-ups from one network are
	// counted.
	limitWindow = time.Hour
	// unprovenPerHour is how many sign-ups may come from one network in an hour
	// without a valid [BotSignals.Form]: from an old page, a form that was corrected
	// and sent again, or a browser that fills in forms.
	unprovenPerHour = 20
	// signUpsPerHour is how many sign-ups may come from one network in an hour in
	// all, enough for a ministry whose people share one address.
	signUpsPerHour = 1200
)

// FormToken returns a token for a hidden field of a sign-up form. It seals the time
// at which the form was shown, and until, the end of the hold that the form promises.
// It is valid for one sign-up, which it recognises when it is sent again.
func (d *Desk) FormToken(until time.Time) string {
	return d.keys.Seal("form", fmt.Sprintf("%d %s %d", d.Now().UnixMicro(), NewID(), until.UnixMicro()))
}

// shownForm is the content of a valid form token.
type shownForm struct {
	mark  string    // unique to this form
	until time.Time // the end of the hold that the form promised; zero for none
}

// proof opens the token of a form. It returns false unless the form was shown long
// enough ago and not too long ago.
func (d *Desk) proof(form string, now time.Time) (shownForm, bool) {
	text, err := d.keys.Unseal("form", form)
	if err != nil {
		return shownForm{}, false
	}
	var shown, until int64
	var f shownForm
	if _, err := fmt.Sscanf(text, "%d %s %d", &shown, &f.mark, &until); err != nil {
		return shownForm{}, false
	}
	f.until = time.UnixMicro(until)
	age := now.Sub(time.UnixMicro(shown))
	// A form from the future was shown before the clock was set back.
	return f, age >= fillTime && age < formFor || age <= -fillTime && age > -setBack
}

// sentKey returns a keyed hash of what the form was sent with, "" for no form.
func (d *Desk) sentKey(f shownForm, r Request) string {
	text, err := json.Marshal(r)
	if f.mark == "" || err != nil {
		return ""
	}
	return d.hash("sent", f.mark+" "+string(text))
}

// networkKey returns a keyed hash of a network, which does not reveal it: of the
// whole IPv4 address, or of the first bits of an IPv6 address.
func (d *Desk) networkKey(a netip.Addr, bits int) string {
	a = a.Unmap()
	if p, err := a.WithZone("").Prefix(bits); err == nil && a.Is6() {
		a = p.Addr()
	}
	return d.hash("network", string(a.AsSlice()))
}

// Prefix lengths of IPv6 networks: what one subscriber has, and the most that a
// provider gives to one customer.
const (
	subscriberBits = 64
	customerBits   = 48
)

// checkLimits counts a sign-up and returns the limit that it exceeds, "" for none.
// The sign-up stays counted if it exceeds a limit or finds no seat.
func (d *Desk) checkLimits(c change, party []Signup, r Request) (Limit, error) {
	if d.noLimits {
		return "", nil
	}
	if met, err := d.checkSignals(c, r.Signals); met != "" || err != nil {
		return met, err
	}
	network := d.networkKey(r.Signals.Network, customerBits)
	for i := range party {
		party[i].Network = network
	}
	return c.checkHolds(party, r.Sessions)
}

func (d *Desk) checkSignals(c change, t BotSignals) (Limit, error) {
	if t.Honeypot != "" {
		return LimitTrap, nil
	}
	network, window := d.networkKey(t.Network, subscriberBits), c.now.Truncate(limitWindow)
	if n, err := c.Count("all "+network, window); err != nil || n > signUpsPerHour {
		return LimitNetwork, err
	}
	if form, ok := d.proof(t.Form, c.now); ok {
		if n, err := c.Count("form "+form.mark, c.now.Truncate(formFor)); err != nil || n == 1 {
			return "", err
		}
	}
	if n, err := c.Count("unproven "+network, window); err != nil || n > unprovenPerHour {
		return LimitForm, err
	}
	return "", nil
}
