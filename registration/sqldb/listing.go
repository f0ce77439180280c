package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// listing is one question about the sign-ups of a meeting.
//
// Sign-ups are found in one of three ways. Few that share a term are read and
// put in order. Many that do are read from the term, under which they lie in
// the order of names, until the page is full. In another order, or without a
// term, the index of the order is followed; since many have the term, the page
// is full soon. So no page costs more for a larger meeting, whatever it shows.
type listing struct {
	ctx    context.Context
	q      Querier
	slug   string
	filter registration.Filter
	order  registration.Order

	terms  []wanted
	rarest int  // index of the term that fewest have; -1 without terms
	having int  // how many have it, at most one above the limit
	driver int  // index of the term by which the page is read; -1: by the order
	none   bool // nobody can be selected
}

// wanted is a term, or all that begin with it.
type wanted struct {
	term   string
	begins bool
}

// plan turns the filter into terms and chooses among them.
func (l *listing) plan() error {
	if l.order == "" {
		l.order = registration.OrderName
	}
	typed := words(l.filter.Words)
	l.none = len(typed) == 0 && strings.TrimSpace(l.filter.Words) != "" // nothing but signs
	if len(typed) < 2 {
		return l.planFor(typed)
	}
	// Two names, or a code in groups that may be half typed.
	whole := strings.Join(typed, "")
	if _, ok := registration.ParseCode(whole); ok {
		if n, err := l.count(wanted{term: whole}); err != nil || n > 0 {
			return cmp.Or(err, l.planFor([]string{whole}))
		}
	}
	if err := l.planFor(typed); err != nil || !registration.BeginsCode(whole) {
		return err
	}
	names := *l
	if n, err := names.selected(); err != nil || n > 0 {
		return err
	}
	l.none = false
	return l.planFor([]string{whole})
}

// planFor chooses among the terms of the filter with the words that were typed.
func (l *listing) planFor(typed []string) error {
	l.terms, l.rarest = l.wanted(typed), -1
	for i, w := range l.terms {
		n, err := l.count(w)
		if err != nil {
			return err
		}
		if l.rarest < 0 || n < l.having {
			l.rarest, l.having = i, n
		}
	}
	l.none = l.none || l.rarest >= 0 && l.having == 0
	few := l.having <= registration.CountLimit
	if l.driver = l.rarest; !few && l.order != registration.OrderName {
		l.driver = -1
	}
	if l.driver < 0 || few || !l.terms[l.driver].begins {
		return nil
	}
	return l.narrow(&l.terms[l.driver])
}

// wanted lists the terms that a sign-up must have: beginnings of words, and what
// the rest of the filter asks for.
func (l *listing) wanted(typed []string) []wanted {
	var list []wanted
	exact := func(kind, value string) {
		if value != "" {
			list = append(list, wanted{term: kind + value})
		}
	}
	f := l.filter
	for _, word := range typed {
		list = append(list, wanted{word, true})
	}
	exact(seatTerm, string(f.Session))
	exact(waitingTerm, string(f.Waiting))
	exact(categoryTerm, string(f.Category))
	exact(regionTerm, f.Region)
	exact(territoryTerm, f.Territory)
	exact(axisTerm, f.Axis)
	exact(dayTerm, f.Day)
	if a := f.Arrived; a.Session != "" {
		list = append(list, wanted{arrivedTerm + string(a.Session) + "/" + string(a.Half), a.Half == ""})
	}
	for _, a := range f.Answers {
		term := answerTerm + a.Question + "=" + foldedAnswer(a.Answer)
		if !a.Begins {
			term += answerEnd
		}
		list = append(list, wanted{term, a.Begins})
	}
	return list
}

// count counts those who have a term, at most one above the limit. The order
// makes PostgreSQL follow the key rather than read the table until it has enough.
func (l *listing) count(w wanted) (n int, err error) {
	b := l.builder()
	err = l.q.QueryRowContext(l.ctx, `
		SELECT count(*) FROM (
			SELECT 1 FROM term WHERE meeting = $1 AND `+b.term("term", w)+`
			ORDER BY term, name_key, signup
			LIMIT `+b.arg(registration.CountLimit+1)+`) AS found`, b.args...).Scan(&n)
	return n, err
}

// narrow makes a beginning the whole term if there is no other that begins so.
func (l *listing) narrow(w *wanted) error {
	b := l.builder()
	where := ` FROM term WHERE meeting = $1 AND ` + b.term("term", *w)
	var first, last sql.NullString
	err := l.q.QueryRowContext(l.ctx, `
		SELECT (SELECT min(term)`+where+`), (SELECT max(term)`+where+`)`, b.args...).Scan(&first, &last)
	if err == nil && first.Valid && first == last {
		w.term, w.begins = first.String, false
	}
	return err
}

// selected counts what the filter lets through.
func (l *listing) selected() (n int, err error) {
	if l.none {
		return 0, nil
	}
	others := l.filter.Companions || l.filter.MailRefused
	if len(l.terms) == 1 && len(l.filter.Status) == 0 && !others && !l.terms[0].begins {
		return l.having, nil
	}
	if len(l.terms) == 0 && !others {
		counts, err := statusCounts(l.ctx, l.q, l.slug)
		for s, some := range counts {
			if len(l.filter.Status) == 0 || slices.Contains(l.filter.Status, s) {
				n += some
			}
		}
		return n, err
	}
	b := l.builder()
	l.driver = l.rarest
	from := l.from(b, l.filter.Status)
	err = l.q.QueryRowContext(l.ctx, `
		SELECT count(*) FROM (SELECT 1 FROM `+from+` LIMIT `+b.arg(registration.CountLimit+1)+`) AS found`, b.args...).Scan(&n)
	return n, err
}

// page reads the page that p asks for.
func (l *listing) page(p registration.Paging) (page registration.Page, err error) {
	if l.none {
		return page, nil
	}
	edge, back, err := l.edge(p)
	if err != nil {
		return page, err
	}
	most := 1 << 30
	if p.Limit > 0 {
		most = p.Limit + 1 // one more tells whether there are more
	}
	if page.Entries, err = l.read(edge, back, most); err != nil {
		return page, err
	}
	more := len(page.Entries) == most
	if more {
		page.Entries = page.Entries[:p.Limit]
	}
	page.Previous, page.Next = edge != nil, more
	if back {
		slices.Reverse(page.Entries)
		page.Previous, page.Next = more, true
		if len(page.Entries) < p.Limit { // the first page is a full one
			return l.page(registration.Paging{Order: p.Order, Limit: p.Limit})
		}
	}
	return page, nil
}

// edge is where a page begins or ends, exclusively.
type edge struct {
	id              string
	status          registration.Status
	name, organised []byte
}

// edge returns the sign-up that p names, nil for an end of the list.
func (l *listing) edge(p registration.Paging) (e *edge, back bool, err error) {
	code := p.After
	if code == "" {
		code, back = p.Before, p.Before != ""
	}
	if code == "" {
		return nil, false, nil
	}
	e = new(edge)
	err = l.q.QueryRowContext(l.ctx, `
		SELECT id, status, name_key, organisation_key FROM signup WHERE meeting = $1 AND code = $2`, l.slug, code).
		Scan(&e.id, &e.status, &e.name, &e.organised)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return e, back, err
}

// read reads at most so many lines from the edge on: one status after the other
// where that is the order.
func (l *listing) read(from *edge, back bool, most int) ([]registration.Entry, error) {
	if l.order != registration.OrderStatus {
		return l.readStatus(l.filter.Status, from, back, most)
	}
	all := registration.Statuses()
	if back {
		slices.Reverse(all)
	}
	if from != nil {
		all = all[slices.Index(all, from.status):]
	}
	var list []registration.Entry
	for _, s := range all {
		if len(l.filter.Status) > 0 && !slices.Contains(l.filter.Status, s) {
			from = nil
			continue
		}
		some, err := l.readStatus([]registration.Status{s}, from, back, most-len(list))
		if err != nil {
			return nil, err
		}
		if list, from = append(list, some...), nil; len(list) == most {
			break
		}
	}
	return list, nil
}

// readStatus reads lines in one run.
func (l *listing) readStatus(statuses []registration.Status, edge *edge, back bool, most int) ([]registration.Entry, error) {
	b := l.builder()
	from := l.from(b, statuses)
	keys, direction := l.keys(), ""
	if back != (l.order == registration.OrderDate) {
		direction = " DESC"
	}
	if edge != nil {
		from += " AND " + b.beyond(keys, l.values(edge), direction)
	}
	columns := make([]string, len(keys))
	for i, k := range keys {
		columns[i] = k + " AS k" + strconv.Itoa(i)
	}
	ids := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + from +
		` ORDER BY ` + strings.Join(keys, direction+", ") + direction + ` LIMIT ` + b.arg(most)
	id := "k" + strconv.Itoa(len(keys)-1)
	outer := make([]string, len(keys))
	for i := range keys {
		outer[i] = "page.k" + strconv.Itoa(i) + direction
	}
	rows, err := l.q.QueryContext(l.ctx, selectEntry+`(`+ids+`) AS page CROSS JOIN signup
		WHERE signup.id = page.`+id+` ORDER BY `+strings.Join(outer, ", "), b.args...)
	return collect(rows, err, scanEntry)
}

// keys are the columns of the order, the id last.
func (l *listing) keys() []string {
	name, id := "signup.name_key", "signup.id"
	if l.byTerm() { // as they lie under the term
		name, id = "hit.name_key", "hit.signup"
	}
	switch l.order {
	case registration.OrderDate:
		return []string{id}
	case registration.OrderOrganisation:
		return []string{"signup.organisation_key", name, id}
	}
	return []string{name, id}
}

func (l *listing) values(e *edge) []any {
	switch l.order {
	case registration.OrderDate:
		return []any{e.id}
	case registration.OrderOrganisation:
		return []any{e.organised, e.name, e.id}
	}
	return []any{e.name, e.id}
}

func (l *listing) byTerm() bool { return l.driver >= 0 }

// from is what follows FROM: the sign-ups that the filter lets through and that
// have one of the statuses.
func (l *listing) from(b *builder, statuses []registration.Status) string {
	var where []string
	for i, w := range l.terms {
		if i != l.driver {
			where = append(where, b.like(w))
		}
	}
	if len(statuses) > 0 {
		list := make([]string, len(statuses))
		for i, s := range statuses {
			list[i] = b.arg(string(s))
		}
		where = append(where, "signup.status IN ("+strings.Join(list, ", ")+")")
	}
	// Few come with others, and few mails are refused: they are looked up first,
	// and CROSS JOIN makes SQLite keep to that.
	from := "signup"
	if l.filter.Companions {
		few := `SELECT DISTINCT c.party FROM signup AS c WHERE c.meeting = $1 AND c.party <> c.id`
		if l.byTerm() {
			where = append(where, "signup.party IN ("+few+")")
		} else {
			from = "(" + few + ") AS lead CROSS JOIN " + from
			where = append(where, "signup.party = lead.party")
		}
	}
	if l.filter.MailRefused {
		few := `SELECT DISTINCT mail.signup FROM mail WHERE mail.parked_at IS NOT NULL AND mail.signup IS NOT NULL`
		if l.byTerm() || l.filter.Companions {
			where = append(where, "signup.id IN ("+few+")")
		} else {
			from = "(" + few + ") AS refused CROSS JOIN " + from
			where = append(where, "signup.id = refused.signup")
		}
	}
	if !l.byTerm() {
		return from + " WHERE " + strings.Join(append([]string{"signup.meeting = $1"}, where...), " AND ")
	}
	w := l.terms[l.driver]
	var hit, on string
	if !w.begins {
		hit, on = "term AS hit", "hit.meeting = $1 AND "+b.term("hit.term", w)
	} else { // several terms of one person may begin so
		hit, on = `(SELECT DISTINCT name_key, signup FROM term WHERE meeting = $1 AND `+b.term("term", w)+`) AS hit`, "true"
	}
	if len(where) > 0 || l.order == registration.OrderOrganisation {
		hit += " CROSS JOIN signup"
		on += " AND signup.id = hit.signup"
	}
	return hit + " WHERE " + strings.Join(append([]string{on}, where...), " AND ")
}
