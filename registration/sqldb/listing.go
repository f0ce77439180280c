package sqldb

import (
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// page reads the page that p asks for.
func (l *listing) page(p registration.Paging) (page registration.Page, err error) {
	if l.selected == 0 {
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

// edge is the sign-up just before a page, or just after it when paging back.
type edge struct {
	id              string
	status          registration.Status
	name, organised []byte
}

// edge returns the sign-up at which p continues, nil for the first page. back
// reports whether the page lies before it.
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

// read returns at most most lines, from the edge on. In the order of statuses, a
// long list is read one status after the other.
func (l *listing) read(from *edge, back bool, most int) ([]registration.Entry, error) {
	if l.few || l.order != registration.OrderStatus {
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
		if l.statuses[s] == 0 || len(l.filter.Status) > 0 && !slices.Contains(l.filter.Status, s) {
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

// readStatus reads lines with these statuses, in one statement.
func (l *listing) readStatus(statuses []registration.Status, edge *edge, back bool, most int) ([]registration.Entry, error) {
	by := byOrder
	if l.few || l.order == registration.OrderName || l.order == registration.OrderStatus {
		by = l.fewest(statuses)
	}
	b := l.builder()
	from := l.from(b, by, statuses)
	keys, direction := l.keys(by), ""
	if back != (l.order == registration.OrderDate) {
		direction = " DESC"
	}
	columns, outer := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		name := "k" + strconv.Itoa(i)
		columns[i], outer[i] = k+" AS "+name, "page."+name
	}
	beyond := " AND "
	if l.few && !l.inOrder(by, statuses) { // found first, and then put in order
		from = "(SELECT " + strings.Join(columns, ", ") + " FROM " + from + b.limit(countLimit) + ") AS page"
		keys, columns, beyond = outer, outer, " WHERE "
	}
	if edge != nil {
		from += beyond + b.beyond(keys, l.values(edge), direction)
	}
	ids := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + from +
		` ORDER BY ` + strings.Join(keys, direction+", ") + direction + b.limit(most)
	rows, err := l.q.QueryContext(l.ctx, selectEntry+`(`+ids+`) AS page CROSS JOIN signup
		WHERE signup.id = `+outer[len(outer)-1]+` ORDER BY `+strings.Join(outer, direction+", ")+direction, b.args...)
	return collect(rows, err, scanEntry)
}

// inOrder reports whether sign-ups found this way come in the order of the list
// already.
func (l *listing) inOrder(by int, statuses []registration.Status) bool {
	return l.order == registration.OrderName && (by >= 0 && !l.terms[by].begins || by == byOrder || by == byStatus && len(statuses) == 1)
}

// keys are the columns of the order, the id last.
func (l *listing) keys(by int) []string {
	name, id := "signup.name_key", "signup.id"
	if by >= 0 { // as they lie under the term
		name, id = "hit.name_key", "hit.signup"
	}
	switch {
	case l.order == registration.OrderDate:
		return []string{id}
	case l.order == registration.OrderOrganisation:
		return []string{"signup.organisation_key", name, id}
	case l.order == registration.OrderStatus && l.few:
		return []string{statusRank, name, id}
	}
	return []string{name, id}
}

// statusRank is an SQL expression for the position of a status in
// [registration.Statuses].
var statusRank = func() string {
	rank := "CASE signup.status"
	for i, s := range registration.Statuses() {
		rank += " WHEN '" + string(s) + "' THEN " + strconv.Itoa(i)
	}
	return rank + " END"
}()

func (l *listing) values(e *edge) []any {
	switch {
	case l.order == registration.OrderDate:
		return []any{e.id}
	case l.order == registration.OrderOrganisation:
		return []any{e.organised, e.name, e.id}
	case l.order == registration.OrderStatus && l.few:
		return []any{slices.Index(registration.Statuses(), e.status), e.name, e.id}
	}
	return []any{e.name, e.id}
}

// from returns what follows FROM for one way of finding sign-ups: those that
// pass the filter and have one of the statuses.
func (l *listing) from(b *builder, by int, statuses []registration.Status) string {
	from, name, id := "signup", "signup.name_key", "signup.id"
	where := []string{"signup.meeting = $1"}
	row := by < 0 || l.readsRows(by, statuses)
	if by >= 0 {
		name, id = "hit.name_key", "hit.signup"
	}
	if len(statuses) > 0 {
		list := make([]string, len(statuses))
		for i, s := range statuses {
			list[i] = b.arg(string(s))
		}
		where = append(where, "signup.status IN ("+strings.Join(list, ", ")+")")
	}
	for i, w := range l.terms {
		switch {
		case i == by:
		case row:
			where = append(where, b.like(w))
		default:
			where = append(where, b.has(w, name, id))
		}
	}
	// CROSS JOIN makes SQLite find them by what is named first.
	if l.filter.Companions {
		leads := `SELECT DISTINCT c.party FROM signup AS c WHERE c.meeting = $1 AND c.party <> c.id`
		if by == byCompanions {
			members := "signup"
			if l.lateral != "" { // PostgreSQL's planner takes nearly everybody for a companion
				members = l.lateral + " (SELECT * FROM signup AS member WHERE member.meeting = $1 AND member.party = lead.party OFFSET 0) AS signup"
			}
			from = "(" + leads + ") AS lead CROSS JOIN " + members
			where = append(where, "signup.party = lead.party")
		} else {
			where = append(where, `EXISTS (SELECT 1 FROM signup AS c
				WHERE c.meeting = $1 AND c.party = signup.party AND c.party <> c.id LIMIT 1 OFFSET 0)`)
		}
	}
	if l.filter.MailRefused {
		if by == byRefused {
			from = `(SELECT DISTINCT mail.signup FROM mail WHERE ` + refusedMail + ` AND mail.signup IS NOT NULL) AS refused CROSS JOIN signup`
			where = append(where, "signup.id = refused.signup")
		} else {
			where = append(where, `EXISTS (SELECT 1 FROM mail WHERE mail.signup = `+id+` AND `+refusedMail+` LIMIT 1 OFFSET 0)`)
		}
	}
	if l.filter.Reachable {
		where = append(where, "signup.email <> '' AND signup.address_confirmed_at IS NOT NULL")
	}
	if len(l.filter.Codes) > 0 {
		list := make([]string, len(l.filter.Codes))
		for i, c := range l.filter.Codes {
			list[i] = b.arg(c)
		}
		if codes := "code IN (" + strings.Join(list, ", ") + ")"; by == byCode {
			from = "(SELECT c.id FROM signup AS c WHERE c.meeting = $1 AND c." + codes + ") AS chosen CROSS JOIN signup"
			where = append(where, "signup.id = chosen.id")
		} else {
			where = append(where, "signup."+codes)
		}
	}
	if by < 0 {
		return from + " WHERE " + strings.Join(where, " AND ")
	}
	w := l.terms[by]
	where = where[1:] // the term is of the meeting
	if !w.begins {
		from = "term AS hit"
		where = append([]string{"hit.meeting = $1 AND " + b.term("hit.term", w)}, where...)
	} else { // several terms of one person may begin so
		from = `(SELECT DISTINCT name_key, signup FROM term WHERE meeting = $1 AND ` + b.term("term", w) + b.coded(w) + `) AS hit`
		where = append([]string{"true"}, where...)
	}
	if row {
		from += " CROSS JOIN signup"
		where = append([]string{"signup.id = hit.signup"}, where...)
	}
	return from + " WHERE " + strings.Join(where, " AND ")
}

// coded is the part of a query that adds the sign-ups whose code w is, or begins.
func (b *builder) coded(w wanted) string {
	if w.code == "" {
		return ""
	}
	return ` UNION SELECT c.name_key, c.id FROM signup AS c WHERE c.meeting = $1 AND ` + b.code("c.code", w)
}

// readsRows reports whether a query needs the row of a sign-up, besides the term by
// which it is found. Then the other terms are tested in that row too, which costs
// less than looking each of them up.
func (l *listing) readsRows(by int, statuses []registration.Status) bool {
	f := l.filter
	return l.order == registration.OrderOrganisation || l.order == registration.OrderStatus || len(statuses) > 0 ||
		f.Companions || f.Reachable || len(f.Codes) > 0 || len(l.terms) > 2 ||
		slices.ContainsFunc(slices.Delete(slices.Clone(l.terms), by, by+1), func(w wanted) bool { return w.begins })
}

// has is the condition that the sign-up with this name key and id has a term. Its
// OFFSET makes PostgreSQL look up each sign-up rather than read all that have the
// term.
func (b *builder) has(w wanted, name, id string) string {
	return "EXISTS (SELECT 1 FROM term AS t WHERE t.meeting = $1 AND " + b.term("t.term", w) + " AND t.name_key = " + name + " AND t.signup = " + id + " LIMIT 1 OFFSET 0)"
}
