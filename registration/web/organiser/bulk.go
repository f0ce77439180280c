package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// bulkPage asks whether to do an act for the people who were chosen on the
// list. Afterwards it says what was done.
type bulkPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Act       registration.BulkAction
	Back      string // address of the list
	People    []registration.Signup
	Skipped   []skipped // those whom the act does not apply to
	Previewed int       // how many people Effects is about; 0 for all of them
	Effects   []string
	Batches   []batchLine // of what was done
	Done      int
	Left      string // codes of the people for whom nothing was done because a transaction failed
}

// skipped is a sign-up for which nothing is done, and the reason.
type skipped struct {
	registration.Signup
	Why string
}

// batchLine says what one transaction did.
type batchLine struct {
	Text    string
	Skipped []skipped
	Bad     bool // it failed
}

// Say returns a text of the act.
func (p bulkPage) Say(key string, n int) string {
	return p.N("organiser.bulk."+string(p.Act)+"."+key, n)
}

// Codes are the codes of the people, for the form that confirms the act.
func (p bulkPage) Codes() string {
	var list []string
	for _, s := range p.People {
		list = append(list, s.Code)
	}
	return strings.Join(list, " ")
}

// Named are the first of the people, whom the page names at once.
func (p bulkPage) Named() []registration.Signup { return p.People[:min(bulkNamed, len(p.People))] }

// Others are the people after Named, whom the page names when asked to.
func (p bulkPage) Others() []registration.Signup { return p.People[min(bulkNamed, len(p.People)):] }

// bulkNamed is how many people the page names at once.
const bulkNamed = 20

// Refuses reports whether the act asks for a reason.
func (p bulkPage) Refuses() bool { return p.Act == registration.BulkRefuse }

// Danger reports whether the act takes something away.
func (p bulkPage) Danger() bool {
	return p.Act == registration.BulkRefuse || p.Act == registration.BulkCancel
}

// Reason is the field for the reason of a refusal.
func (p bulkPage) Reason() kernel.Input { return reasonField(p.Form, p.Layout) }

func reasonField(f kernel.Form, l kernel.Layout) kernel.Input {
	return f.Filled(kernel.Input{Label: l.T("organiser.decision.reason"), Hint: l.T("organiser.decision.reason_hint"), Optional: "yes", Rows: 4}, "reason")
}

// showBulk answers GET /organisation/rencontres/{slug}/plusieurs: it shows for whom
// the act would be done and what it would cause or, with fait in the address, what
// was done.
func showBulk(r *kernel.Request) error { return bulk(r, r.URL.Query()) }

// submitBulk answers POST /organisation/rencontres/{slug}/plusieurs: with go=do, it
// does the act. Otherwise it shows what [showBulk] shows, for pages of before that was.
func submitBulk(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	return bulk(r, values)
}

func bulk(r *kernel.Request, values url.Values) error {
	view, err := r.Site.Desk.ListView(r.Context(), r.PathValue("slug"))
	if err != nil {
		return slowList(r, err)
	}
	page := bulkPage{
		Layout: r.Layout("", kernel.OrganisersSection), MeetingView: r.MeetingView(view), Form: r.NewForm(values),
		Act: registration.BulkAction(values.Get("act")),
	}
	page.NoOther = true
	back, err := url.ParseQuery(values.Get("back"))
	if err != nil {
		return kernel.ErrMalformed
	}
	page.Back = page.Path("/organisation/rencontres/", url.PathEscape(view.Meeting.Slug))
	if len(back) > 0 {
		page.Back += "?" + back.Encode()
	}
	if values.Get("act") == "write" {
		return writeToMany(r, values, back)
	}
	if !slices.Contains(registration.BulkActions(), page.Act) {
		return kernel.ErrMalformed
	}
	people, err := page.chosen(r, values, back)
	if err != nil {
		return err
	}
	switch {
	case r.Method == http.MethodPost && values.Get("go") == "do":
		return page.run(r, people)
	case values.Has("fait"):
		return page.report(r, people)
	}
	page.separate(r, people)
	return page.ask(r, http.StatusOK)
}

// writeToMany shows the form for a message to the chosen people.
func writeToMany(r *kernel.Request, values, back url.Values) error {
	if values.Get("who") == "filter" {
		return r.Redirect(outboxPath(r.PathValue("slug")), "/message?", back.Encode())
	}
	page, err := newMessagePage(r, url.Values{"codes": {strings.Join(codesOf(codesPosted(values)), " ")}})
	if err != nil {
		return err
	}
	if page.Value("codes") == "" {
		return page.nobodyProblem(r, registration.ErrNotFound)
	}
	if err := page.Filter.Check(page.Meeting); err != nil {
		return page.nobodyProblem(r, err)
	}
	page.NoOther, page.Action = true, page.Outbox()+"/message"
	return r.Page(http.StatusOK, "message", page)
}

// codesPosted returns values whose field codes has the codes that the form means:
// those that were ticked, or all on the page.
func codesPosted(values url.Values) url.Values {
	if values.Get("who") == "page" {
		return url.Values{"codes": values["page"]}
	}
	return values
}

// chosen returns the people whom the form names, or whom the filter of the
// list selects.
func (p bulkPage) chosen(r *kernel.Request, values, back url.Values) ([]registration.Signup, error) {
	f := registration.Filter{Codes: codesOf(codesPosted(values))}
	if values.Get("who") == "filter" {
		f = newListQuery(p.Meeting, back).Filter
	} else if len(f.Codes) == 0 {
		return nil, nil
	}
	list, err := r.Site.Desk.List(r.Context(), p.Meeting.Slug, f, registration.Paging{Limit: registration.MaxChosen + 1})
	_, invalid := errors.AsType[*validation.Error](err)
	if invalid || len(list.Entries) > registration.MaxChosen {
		return nil, &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: "bulk_wrong", Next: p.Back, Err: errors.Join(registration.ErrTooMany, err)}
	}
	if err != nil {
		return nil, slowList(r, err)
	}
	var people []registration.Signup
	for _, e := range list.Entries {
		people = append(people, e.Signup)
	}
	return people, nil
}

// separate puts the people to whom the act does not apply into Skipped, and
// the others into People.
func (p *bulkPage) separate(r *kernel.Request, people []registration.Signup) {
	for _, s := range people {
		if err := p.Act.Applies(s, r.Now); err != nil {
			p.Skipped = append(p.Skipped, skipped{s, p.why(err)})
		} else {
			p.People = append(p.People, s)
		}
	}
}

// ids returns the ids of the people.
func (p bulkPage) ids(people []registration.Signup) (list []registration.ID) {
	for _, s := range people {
		list = append(list, s.ID)
	}
	return list
}

// ask shows the people and what the act would cause.
func (p *bulkPage) ask(r *kernel.Request, status int) error {
	p.Title = p.T("organiser.bulk.nobody")
	if n := len(p.People); n > 0 {
		p.Title = p.Say("title", n)
		p.previewEffects(r)
	}
	if len(p.Errors) > 0 {
		p.Title = p.T("form.error.prefix", "Title", p.Title)
	}
	return r.Page(status, "bulk", p)
}

// maxPreviewed is the most people that a preview of the act covers: those of the
// first transaction. What the second one does depends on the first.
const maxPreviewed = 100

func (p *bulkPage) previewEffects(r *kernel.Request) {
	ids := p.ids(p.People)
	slices.SortFunc(ids, func(a, b registration.ID) int { return slices.Compare(a[:], b[:]) })
	if len(ids) > maxPreviewed {
		p.Previewed, ids = maxPreviewed, ids[:maxPreviewed]
	}
	var e registration.Effects
	batches, err := r.Site.Desk.Preview(&e).RunBulkAction(r.Context(), p.Meeting.Slug, p.Act, ids, "")
	if err != nil || len(batches) == 0 || batches[0].Err != nil {
		return // the act itself says why
	}
	if p.Act == registration.BulkApprove {
		if len(e.Seated) > 0 || len(e.Queued) == 0 {
			p.Effects = append(p.Effects, p.concerns("seats", e.Seated))
		}
		if len(e.Queued) > 0 {
			p.Effects = append(p.Effects, p.concerns("queue", e.Queued))
		}
	}
	for _, o := range batches[0].Skipped {
		p.Effects = append(p.Effects, p.T("organiser.bulk.passed", "Name", o.Signup.GivenName+" "+o.Signup.FamilyName, "Why", p.why(o.Err)))
	}
	var to []registration.Signup
	for _, m := range e.Mails {
		told := slices.ContainsFunc(to, func(s registration.Signup) bool { return s.ID == m.Signup.ID })
		if m.Kind != registration.MailOffer && !told {
			to = append(to, m.Signup)
		}
	}
	if len(to) > 0 {
		p.Effects = append(p.Effects, p.concerns("mails", to))
	} else if len(e.Mails) == 0 {
		p.Effects = append(p.Effects, p.T("organiser.act.no_mail"))
	}
	if n := len(e.Offers); n > 0 {
		p.Effects = append(p.Effects, p.N("organiser.bulk.offered", n))
	}
	if p.Act == registration.BulkCancel {
		p.Effects = append(p.Effects, p.T("organiser.bulk.cancel.companions"))
	}
}

// concerns says how many people an effect is about, and how many of them are
// companions: these need not have been chosen themselves.
func (p bulkPage) concerns(effect string, people []registration.Signup) string {
	companions := 0
	for _, s := range people {
		if s.ID != s.Party {
			companions++
		}
	}
	if companions == 0 {
		return p.N("organiser.bulk."+effect, len(people))
	}
	return p.N("organiser.bulk."+effect+"_companions", len(people), "Companions", p.N("organiser.bulk.companions", companions))
}

// why says why nothing is done for somebody.
func (p bulkPage) why(err error) string { return p.T("organiser.bulk.why." + p.whyKey(err)) }

func (p bulkPage) whyKey(err error) string {
	switch {
	case errors.Is(err, registration.ErrNotFound):
		return "decided"
	case errors.Is(err, registration.ErrFull):
		return "full"
	case errors.Is(err, registration.ErrCancelled):
		return "cancelled"
	case errors.Is(err, registration.ErrClosed) && p.Act == registration.BulkResend:
		return "unreachable"
	}
	return "over"
}

// maxReported is the most people whom the address of a report names.
const maxReported = 100

// run does the act and redirects to a report, which the browser can show again. If a
// transaction failed, or if the report would name too many people, it says itself what
// each transaction did.
func (p *bulkPage) run(r *kernel.Request, people []registration.Signup) error {
	batches, err := r.Site.Desk.RunBulkAction(r.Context(), p.Meeting.Slug, p.Act, p.ids(people), p.Value("reason"))
	if _, ok := errors.AsType[*validation.Error](err); ok {
		p.Add("reason", p.T("organiser.decision.reason_error"))
		p.separate(r, people)
		return p.ask(r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	status, report := http.StatusOK, url.Values{"act": {string(p.Act)}, "back": {p.Value("back")}}
	for i, b := range batches {
		line := batchLine{Text: p.N("organiser.bulk.batch", len(b.Done), "Number", i+1), Bad: b.Err != nil}
		if len(batches) == 1 { // numbers are for those of many
			line.Text = p.N("organiser.bulk.only", len(b.Done))
		}
		for _, o := range b.Skipped {
			line.Skipped = append(line.Skipped, skipped{o.Signup, p.why(o.Err)})
			report.Add("codes", o.Signup.Code)
			report.Add("pourquoi", p.whyKey(o.Err))
		}
		if b.Err != nil {
			status = http.StatusServiceUnavailable
			line.Text = p.N("organiser.bulk.failed", len(b.Left), "Number", i+1)
			p.People = slices.DeleteFunc(people, func(s registration.Signup) bool { return !slices.Contains(b.Left, s.ID) })
			p.Left = p.Codes()
			r.Site.Log.WarnContext(r.Context(), "act for many stopped", "act", p.Act, "organiser", r.Organiser.ID, "left", len(b.Left), "err", b.Err)
		}
		p.Batches, p.Done = append(p.Batches, line), p.Done+len(b.Done)
	}
	r.Site.Log.InfoContext(r.Context(), "act done for many", "act", p.Act, "organiser", r.Organiser.ID, "done", p.Done)
	if status == http.StatusOK && len(report["codes"]) <= maxReported {
		report.Set("fait", strconv.Itoa(p.Done))
		return r.Redirect("/organisation/rencontres/", url.PathEscape(p.Meeting.Slug), "/plusieurs?", report.Encode())
	}
	p.Title = p.Say("done", p.Done)
	return r.Page(status, "bulk", p)
}

// report says what the act did: for how many people, and for whom not. These are
// named in the address with the reasons.
func (p *bulkPage) report(r *kernel.Request, people []registration.Signup) error {
	done, err := strconv.Atoi(p.Value("fait"))
	if err != nil || done < 0 {
		return kernel.ErrMalformed
	}
	line := batchLine{Text: p.N("organiser.bulk.only", done)}
	for _, s := range people {
		why := ""
		if i := slices.Index(p.Values["codes"], s.Code); i >= 0 && i < len(p.Values["pourquoi"]) && p.Has("organiser.bulk.why."+p.Values["pourquoi"][i]) {
			why = p.T("organiser.bulk.why." + p.Values["pourquoi"][i])
		}
		line.Skipped = append(line.Skipped, skipped{s, why})
	}
	p.Batches, p.Title = []batchLine{line}, p.Say("done", done)
	return r.Page(http.StatusOK, "bulk", p)
}
