package organiser

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// act is something that an organiser can do with one sign-up. It is a form:
// the page says what the act will cause, and the button does it.
type act struct {
	name     string // the end of its address after that of the sign-up, and its key in the catalogue
	danger   bool
	hasInput bool // the form has text fields, which are stored if the session ends: see [kernel.Access.SavesForm]
	possible func(signupPage) bool
	fill     func(*kernel.Request, *actPage) error // adds the fields and the effects
	run      func(*kernel.Request, *registration.Desk, *actPage) error
}

// actPage is the form of an act.
type actPage struct {
	signupPage
	kernel.Form
	Act         string
	Heading     string
	Effects     []string // what the act causes
	Cases       []actCase
	Asked       []kernel.Question
	Territories template.HTML
	Suggestions []kernel.Suggestion
	Questions   []kernel.Question
	Buttons     []actButton
	Hidden      []kernel.Field
	Since       []event       // what happened since the form was shown
	Reason      *kernel.Input // of a refusal, nil where none is asked
	Done        string        // what was done, a key below organiser.did; "" for the name of the act
	File        bool          // the answer was a file, and was sent
	Restored    bool          // what was typed before the session ended
}

// actCase says what the act causes with one of the possible answers.
type actCase struct {
	Head    string
	Effects []string
}

// actButton is an answer, posted as answer.
type actButton struct {
	Value, Label string
	Danger       bool
}

// Say returns a text of the act.
func (p actPage) Say(key string) string { return p.T("organiser.act." + p.Act + "." + key) }

func (p *actPage) ask(names ...string) {
	for _, name := range names {
		in := p.Input(name)
		p.Asked = append(p.Asked, kernel.Question{Input: &in})
	}
}

// choose adds the choice c without its hint: the hint speaks to the person, not to
// the organiser.
func (p *actPage) choose(c kernel.Choice) {
	c.Hint, c.Described = "", ""
	if c.Error != "" {
		c.Described = c.ID + "-error"
	}
	p.Asked = append(p.Asked, kernel.Question{Choice: &c})
}

// acts are in the order in which a person's page shows them.
var acts = []act{
	{name: "decision", hasInput: true, possible: decidable, fill: fillDecision, run: decide},
	{name: "promotion", possible: waits, fill: fillPromotion, run: promote},
	{name: "envoi", possible: reachable, fill: fillSendAgain, run: sendAgain},
	{name: "modification", hasInput: true, possible: ongoing, fill: fillCorrection, run: correct},
	{name: "adresse", hasInput: true, possible: ongoing, fill: fillAddress, run: correctAddress},
	{name: "sessions", hasInput: true, possible: hasSessions, fill: fillSessions, run: chooseSessions},
	{name: "accompagnants", hasInput: true, possible: mayAddCompanion, fill: fillCompanion, run: addCompanion},
	{name: "remplacement", hasInput: true, possible: replaceable, fill: fillReplacement, run: replace},
	{name: "copie", possible: mayActOn, fill: fillCopy, run: copyData},
	{name: "retablissement", possible: undoable, fill: fillUndo, run: undo},
	{name: "lien", danger: true, possible: linked, fill: fillLink, run: revokeLink},
	{name: "annulation", danger: true, possible: ongoing, fill: fillCancellation, run: cancel},
	{name: "effacement", danger: true, possible: mayActOn, fill: fillErasure, run: erase},
}

func mayActOn(p signupPage) bool { return p.MayAct && !p.Signup.Erased() }

// ongoing reports whether the sign-up has not ended.
func ongoing(p signupPage) bool {
	return mayActOn(p) && p.Signup.EndedAt.IsZero() && !p.Signup.HoldExpired(p.now)
}

// decidable reports whether the sign-up waits for an organiser's decision or
// was refused by one, in a meeting that takes place.
func decidable(p signupPage) bool {
	return mayActOn(p) && p.Meeting.CancelledAt.IsZero() && (p.Status == registration.StatusApproval || p.Status == registration.StatusRefused && !p.Signup.AddressConfirmedAt.IsZero())
}

func linked(p signupPage) bool { return mayActOn(p) && p.HasLink }
func replaceable(p signupPage) bool {
	return ongoing(p) && !p.Signup.AddressConfirmedAt.IsZero()
}

func reachable(p signupPage) bool   { return ongoing(p) && p.Signup.Email != "" }
func hasSessions(p signupPage) bool { return ongoing(p) && len(p.Meeting.Sessions) > 0 }
func waits(p signupPage) bool       { return ongoing(p) && p.Status == registration.StatusWaitlisted }
func mayAddCompanion(p signupPage) bool {
	return ongoing(p) && p.Signup.ID == p.Signup.Party && p.Meeting.Companions > 0
}

func undoable(p signupPage) bool {
	return mayActOn(p) && p.Status == registration.StatusCancelled && p.now.Before(p.Signup.EndedAt.Add(registration.UndoFor))
}

func newActPage(r *kernel.Request, a act) (*actPage, error) {
	base, err := newSignupPage(r)
	return &actPage{signupPage: base, Form: r.NewFormOfOther(nil), Act: a.name}, err
}

// form answers GET.
func (a act) form(r *kernel.Request) error {
	page, err := newActPage(r, a)
	if err != nil {
		return err
	}
	if !a.possible(page.signupPage) {
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code), "?empeche=", page.obstacle(a.name))
	}
	if !a.hasInput {
		return a.show(r, http.StatusOK, page)
	}
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	if kept != nil {
		if kept.Has("territory") {
			kept.Set("territory", kernel.NamedTerritory(kept["territory"]))
		}
		page.Values, page.Restored = kept, true
		if page.Value("revision") != strconv.Itoa(page.Signup.Revision) {
			return a.stale(r, http.StatusOK, page)
		}
	}
	return a.show(r, http.StatusOK, page)
}

func (a act) show(r *kernel.Request, status int, page *actPage) error {
	revision := page.Signup.Revision
	if page.Notice == "" && page.Value("revision") != "" {
		revision, _ = strconv.Atoi(page.Value("revision")) // of the page that was shown first
	}
	page.Hidden = []kernel.Field{{Name: "revision", Value: strconv.Itoa(revision)}, {Name: "shown", Value: strconv.FormatInt(r.Now.UnixMicro(), 10)}}
	if err := a.fill(r, page); err != nil {
		return err
	}
	if page.Buttons == nil {
		page.Buttons = []actButton{{Label: page.Say("button"), Danger: a.danger}}
	}
	page.Heading = cmp.Or(page.Heading, page.Say("title"))
	page.Title = page.Heading
	if len(page.Errors) > 0 || page.Notice != "" {
		page.Title = page.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	return r.Page(status, "act", page)
}

// submit answers POST. If another organiser has changed the sign-up since the form
// was shown, it overwrites nothing: the page says what changed and shows again what
// was typed.
func (a act) submit(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newActPage(r, a)
	if err != nil {
		return err
	}
	next := signupPath(page.Meeting.Slug, page.Signup.Code)
	desk := r.Site.Desk
	if n, err := strconv.Atoi(values.Get("revision")); err == nil {
		desk = desk.IfUnchanged(n)
	}
	if !a.possible(page.signupPage) {
		return r.Redirect(next, "?fait=rien&empeche=", page.obstacle(a.name))
	}
	if values.Has("territory") {
		values.Set("territory", kernel.NamedTerritory(values["territory"]))
	}
	page.Values = values
	err = a.run(r, desk, page)
	if err == nil {
		r.Site.Log.InfoContext(r.Context(), "act done", "act", a.name, "organiser", r.Organiser.ID, "signup", page.Signup.ID)
		if page.File {
			return nil
		}
		// A colleague has a code of their own.
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code), "?fait=", cmp.Or(page.Done, a.name))
	}
	return a.refused(r, page, err)
}

// refused says why an act was not done.
func (a act) refused(r *kernel.Request, page *actPage, err error) error {
	if errors.Is(err, registration.ErrStale) {
		return a.stale(r, http.StatusConflict, page)
	}
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		if bad.Fields[0].Path == "reason" {
			page.Add("reason", page.T("organiser.decision.reason_error"))
		} else {
			page.AddErrors(bad)
		}
		return a.show(r, http.StatusUnprocessableEntity, page)
	}
	if full, ok := errors.AsType[*registration.FullError](err); ok && full.Session != registration.MeetingSession {
		session, _ := page.Meeting.Session(full.Session)
		page.Add("sessions", r.Words.T("form.error.sessions.full", "Title", page.Text(session.Title)))
		return a.show(r, http.StatusConflict, page)
	}
	key := ""
	switch {
	case errors.Is(err, registration.ErrAddressTaken):
		key = "address_taken"
	case errors.Is(err, registration.ErrFull) && a.name == "decision":
		key = "decision_full"
	case errors.Is(err, registration.ErrFull):
		key = "act_full"
	case errors.Is(err, registration.ErrNotFound), errors.Is(err, registration.ErrExpired), errors.Is(err, registration.ErrCancelled), errors.Is(err, registration.ErrClosed):
		key = "act_over"
	default:
		return err
	}
	if key == "address_taken" && (a.name == "adresse" || a.name == "remplacement") {
		page.Add("email", page.T("organiser.act.taken"))
		return a.show(r, http.StatusConflict, page)
	}
	return &kernel.Problem{Status: http.StatusConflict, Key: key, Next: page.Address(), Err: err}
}

// stale shows the form again, with what has happened since it was shown
// first.
func (a act) stale(r *kernel.Request, status int, page *actPage) error {
	all, err := history(r, page.signupPage)
	if err != nil {
		return err
	}
	micros, _ := strconv.ParseInt(page.Value("shown"), 10, 64)
	page.Since = slices.DeleteFunc(all, func(e event) bool { return e.at.Before(time.UnixMicro(micros)) })
	page.Notice = "act_stale"
	page.Values = merged(page.Values, page.Signup)
	return a.show(r, status, page)
}

// merged is the content of the form that stale shows: the present value of
// each field that was left unchanged, and what was typed into the others.
func merged(typed url.Values, s registration.Signup) url.Values {
	was, err := url.ParseQuery(typed.Get("was"))
	if err != nil || typed.Get("was") == "" {
		return typed
	}
	for name, now := range kernel.SignUpValues(s) {
		if slices.Equal(typed[name], was[name]) {
			typed[name] = now
		}
	}
	return typed
}

// obstacle returns why an act is not possible, as a key below
// organiser.obstacle.
func (p signupPage) obstacle(name string) string {
	switch {
	case p.Signup.Erased():
		return "erased"
	case slices.Contains([]string{"decision", "retablissement", "lien"}, name): // also of sign-ups that have ended
		return name
	case !ongoing(p):
		return "over"
	}
	return name
}

// effectsInWords says in sentences what an act would cause: who gets a seat
// or has to wait, who is written to, and to whom freed seats are offered.
func (p *actPage) effectsInWords(e registration.Effects) (list []string) {
	say := func(key string, people []registration.Signup) {
		var names []string
		for _, s := range people {
			names = append(names, s.GivenName+" "+s.FamilyName)
		}
		if n := len(names); n > 5 {
			list = append(list, p.N("organiser.act."+key, n))
		} else if n > 0 {
			list = append(list, p.N("organiser.act."+key+"_to", n, "Names", p.List(names)))
		}
	}
	say("seated", e.Seated)
	say("queued", e.Queued)
	if len(e.Mails) == 0 {
		list = append(list, p.T("organiser.act.no_mail"))
	}
	var to []registration.Signup
	for _, m := range e.Mails {
		to = append(to, m.Signup)
	}
	say("mails", to)
	for _, o := range e.Offers[:min(len(e.Offers), 5)] {
		list = append(list, p.T("organiser.act.offered", "Name", o.Signup.GivenName+" "+o.Signup.FamilyName))
	}
	return list
}

// previewEffects adds what an act would cause if it were done now. head names the
// answer that has these effects, "" if there is only one answer.
func (p *actPage) previewEffects(r *kernel.Request, head string, try func(*registration.Desk) error) {
	var e registration.Effects
	err := try(r.Site.Desk.Preview(&e))
	if err != nil && !errors.Is(err, registration.ErrFull) {
		return // the act itself says why
	}
	list := p.effectsInWords(e)
	if err != nil {
		list = []string{p.T("organiser.act.full")}
	}
	if head == "" {
		p.Effects = append(p.Effects, list...)
	} else {
		p.Cases = append(p.Cases, actCase{head, list})
	}
}
