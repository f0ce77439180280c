package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// listing is one query for sign-ups of a meeting.
//
// It finds sign-ups by the rarest condition of the filter, tests each for the
// other conditions, and counts them up to [countLimit]. If there are fewer, it
// sorts them all. If there are more, it reads them in the order of the list until
// the page is full, which is soon: by name, as the rows of each term lie, or along
// the index of another order. So the cost of a page depends on the rarest
// condition, not on the size of the meeting.
type listing struct {
	ctx    context.Context
	q      Querier
	slug   string
	filter registration.Filter
	order  registration.Order

	terms    []wanted
	statuses map[registration.Status]int // how many of the meeting have each
	selected int                         // how many the filter lets through; where rows were counted, countLimit means that or more
	few      bool                        // selected is exact and below countLimit
	all      bool                        // count beyond the limit
	lateral  string                      // see [Clauses]
}

// wanted is a term, or all that begin with it.
type wanted struct {
	term   string
	begins bool
	code   string                      // the code that the term may be, or begin; "" if no sign-up has such a code
	rows   int                         // how many rows of table term match, as far as they were counted
	exact  map[registration.Status]int // how many have it, by status, if the term is tallied
}

// The ways to find sign-ups other than by a term, which is given by its index in
// listing.terms: along the order, by status, or by one of the conditions that few
// meet.
const (
	byOrder = -1 - iota
	byStatus
	byCompanions
	byRefused
	byCode
)

// countLimit is where counting stops: one more than [registration.CountLimit], so
// that "more" can be told.
const countLimit = registration.CountLimit + 1

// plan turns the filter into terms, and counts the sign-ups that pass it.
func (l *listing) plan() error {
	if l.order == "" {
		l.order = registration.OrderName
	}
	typed := words(l.filter.Words)
	if len(typed) == 0 && strings.TrimSpace(l.filter.Words) != "" { // nothing but signs
		l.few = true
		return nil
	}
	if len(typed) < 2 {
		return l.planFor(typed)
	}
	// Several words are names, or a code typed in groups, perhaps not to its end.
	whole := strings.Join(typed, "")
	if code, ok := registration.ParseCode(whole); ok {
		if n, err := l.count(&wanted{term: whole, code: code}, 1); err != nil || n > 0 {
			return cmp.Or(err, l.planFor([]string{whole}))
		}
	}
	if err := l.planFor(typed); err != nil || l.selected > 0 || !registration.BeginsCode(whole) {
		return err
	}
	return l.planFor([]string{whole})
}

// planFor plans for the words that were typed, together with the other conditions
// of the filter.
func (l *listing) planFor(typed []string) error {
	l.terms = l.wanted(typed)
	if err := l.weigh(); err != nil {
		return err
	}
	err := l.selectedNow()
	l.few = l.selected < countLimit
	return err
}

// weigh finds out how many rows each term has: exactly for tallied terms; the
// others are counted until the rarest is known.
func (l *listing) weigh() error {
	b := l.builder()
	names := []string{"''"}
	for _, w := range l.terms {
		if !w.begins && tallied(w.term) {
			names = append(names, b.arg(w.term))
		}
	}
	list, err := tallies(l.ctx, l.q, `
		SELECT term, status, n FROM tally WHERE meeting = $1 AND n > 0 AND term IN (`+strings.Join(names, ", ")+`)`, b.args...)
	if err != nil {
		return err
	}
	exact := make(map[string]map[registration.Status]int)
	for _, t := range list {
		if exact[t.term] == nil {
			exact[t.term] = make(map[registration.Status]int)
		}
		exact[t.term][t.status] = t.n
	}
	l.statuses = exact[""]
	fewest := sum(l.statuses, l.filter.Status)
	for i, w := range l.terms {
		if !w.begins && tallied(w.term) {
			l.terms[i].exact, l.terms[i].rows = exact[w.term], sum(exact[w.term], nil)
			fewest = min(fewest, l.terms[i].rows)
		}
	}
	return l.weighWords(fewest)
}

// weighWords counts the rows of the terms that are not tallied, up to a limit. It
// raises the limit, to 16 times [countLimit] at most, until the rarest condition
// has fewer rows.
func (l *listing) weighWords(fewest int) error {
	for most := countLimit; ; most *= 4 {
		most = min(most, max(fewest, countLimit))
		for i, w := range l.terms {
			if w.exact != nil || !w.begins && tallied(w.term) {
				continue
			}
			n, err := l.count(&l.terms[i], most)
			if err != nil {
				return err
			}
			if l.terms[i].rows = n; n < most { // there are no more
				fewest = min(fewest, n)
			}
		}
		if fewest <= most || len(l.terms) == 1 || most >= 16*countLimit {
			return nil
		}
	}
}

// count counts the rows of a term and the codes that it may be, up to a limit. ORDER BY
// makes PostgreSQL follow the key rather than scan the table.
func (l *listing) count(w *wanted, most int) (n int, err error) {
	b := l.builder()
	codes := "0"
	if w.code != "" {
		codes = `(SELECT count(*) FROM (
			SELECT 1 FROM signup WHERE meeting = $1 AND ` + b.code("code", *w) + ` ORDER BY code` + b.limit(most) + `) AS found)`
	}
	var coded int
	err = l.q.QueryRowContext(l.ctx, `
		SELECT count(*), `+codes+` FROM (
			SELECT 1 FROM term WHERE meeting = $1 AND `+b.term("term", *w)+`
			ORDER BY term, name_key, signup`+b.limit(most)+`) AS found`, b.args...).Scan(&n, &coded)
	if coded == 0 {
		w.code = ""
	}
	return min(n+coded, most), err
}

// sum adds the numbers of statuses, of all if none is given.
func sum(counts map[registration.Status]int, of []registration.Status) (n int) {
	for s, some := range counts {
		if len(of) == 0 || slices.Contains(of, s) {
			n += some
		}
	}
	return n
}

// selectedNow counts what the filter lets through.
func (l *listing) selectedNow() error {
	by := l.fewest(l.filter.Status)
	if by >= 0 && l.terms[by].rows >= countLimit {
		if err := l.narrow(&l.terms[by]); err != nil {
			return err
		}
		if err := l.weighCommon(&l.terms[by]); err != nil {
			return err
		}
		by = l.fewest(l.filter.Status)
	}
	if !l.filter.Companions && !l.filter.MailRefused && len(l.filter.Codes) == 0 && !l.filter.Reachable {
		switch {
		case len(l.terms) == 0:
			l.selected = sum(l.statuses, l.filter.Status)
			return nil
		case len(l.terms) == 1 && l.terms[0].exact != nil:
			l.selected = sum(l.terms[0].exact, l.filter.Status)
			return nil
		case len(l.terms) == 1 && !l.terms[0].begins && len(l.filter.Status) == 0 && (!l.all || l.terms[0].rows < countLimit):
			l.selected = l.terms[0].rows
			return nil
		}
	}
	b := l.builder()
	from := l.from(b, by, l.filter.Status)
	if !l.all {
		from += b.limit(countLimit)
	}
	return l.q.QueryRowContext(l.ctx, `
		SELECT count(*) FROM (SELECT 1 FROM `+from+`) AS found`, b.args...).Scan(&l.selected)
}

// fewest returns the way that finds the fewest sign-ups of these statuses: the
// index of a term, or one of [byOrder] and the others.
func (l *listing) fewest(statuses []registration.Status) int {
	by, rows := byOrder, sum(l.statuses, nil)
	if n := sum(l.statuses, statuses); n < rows {
		by, rows = byStatus, n
	}
	for i, w := range l.terms {
		if w.rows < rows {
			by, rows = i, w.rows
		}
	}
	switch { // the following are not counted, but few
	case len(l.filter.Codes) > 0:
		by = byCode
	case rows < countLimit:
	case l.filter.MailRefused:
		by = byRefused
	case l.filter.Companions:
		by = byCompanions
	}
	return by
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
		list = append(list, wanted{term: word, begins: true, code: asCode(word)})
	}
	exact(seatTerm, string(f.Session))
	exact(waitingTerm, string(f.Waiting))
	exact(categoryTerm, string(f.Category))
	exact(regionTerm, f.Region)
	exact(territoryTerm, f.Territory)
	exact(sourceTerm, string(f.Source))
	exact(axisTerm, f.Axis)
	exact(dayTerm, f.Day)
	if a := f.Arrived; a.Session != "" {
		list = append(list, wanted{term: arrivedTerm + string(a.Session) + "/" + string(a.Half), begins: a.Half == ""})
	}
	for _, a := range f.Answers {
		term := answerTerm + a.Question + "=" + foldedAnswer(a.Answer)
		if !a.Begins {
			term += answerEnd
		}
		list = append(list, wanted{term: term, begins: a.Begins})
	}
	return list
}

// asCode returns the code that a word is, or may begin; "" if it can be none.
func asCode(word string) string {
	if code, whole := registration.ParseCode(word); whole || registration.BeginsCode(word) {
		return cmp.Or(code, strings.ToUpper(word))
	}
	return ""
}

// weighCommon handles a filter whose only condition is a very common beginning of a
// word: one with at least half as many terms as the meeting has people. It weighs
// that above the whole meeting. So rows are read in the order of the list until the
// page is full, rather than all matches sorted.
func (l *listing) weighCommon(w *wanted) error {
	half := sum(l.statuses, nil) / 2
	if !w.begins || len(l.terms) > 1 || half <= countLimit {
		return nil
	}
	n, err := l.count(w, half)
	if w.rows = n; n == half {
		w.rows = 2*half + 1
	}
	return err
}

// narrow replaces a beginning by a whole term if only that term, and no code,
// begins so. The rows of one term lie in the order of names already.
func (l *listing) narrow(w *wanted) error {
	if !w.begins || w.code != "" {
		return nil
	}
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
