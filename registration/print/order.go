package print

import (
	"context"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// Order says which document to make.
type Order struct {
	Paper
	Kind   Kind
	Format Format          // of badges
	New    bool            // only badges that were never printed
	Roll   registration.ID // only the badges of this earlier print; zero for all
	Code   string          // only this person's badge or certificate; "" for everybody's badges
	// Address returns what the QR code of a badge contains, for a short code.
	Address func(code string) string
}

// Make makes a document from the present state of the meeting, and returns
// the people whom the document names. It returns [registration.ErrNotFound]
// for an unknown kind, session, half-day, print or code, and for the
// certificate of somebody without a recorded arrival.
func Make(ctx context.Context, d *registration.Desk, o Order) (Document, []registration.Signup, error) {
	if _, ok := o.Meeting.Session(o.Session); o.Session != "" && !ok || o.Half != "" && !slices.Contains(o.Meeting.HalfDays(), o.Half) {
		return nil, nil, registration.ErrNotFound
	}
	switch o.Kind {
	case SecurityKind:
		o.Session = "" // who is let in comes for the day
		list, err := d.SecurityList(ctx, o.Meeting.Slug)
		return SecurityList(o.Paper, list), slices.Concat(list.Listed, list.Late), err
	case AttendanceKind:
		people, err := o.expected(ctx, d)
		return AttendanceSheet(o.Paper, people), people, err
	case ArrivalsKind:
		people, err := o.expected(ctx, d)
		return ArrivalsList(o.Paper, people), people, err
	case SignsKind:
		return NewSigns(o.Paper), nil, nil
	case BadgesKind:
		people, err := o.badged(ctx, d)
		return NewBadges(o.Paper, o.Format, people, o.Address), people, err
	case CertificateKind:
		return o.certificate(ctx, d)
	}
	return nil, nil, registration.ErrNotFound
}

// expected returns the people whom a paper of this half-day or session lists.
func (o Order) expected(ctx context.Context, d *registration.Desk) ([]registration.Signup, error) {
	people, err := d.Expected(ctx, o.Meeting.Slug)
	return slices.DeleteFunc(people, func(s registration.Signup) bool { return !o.includes(s) }), err
}

// badged returns the people whose badges are made, ordered by name.
func (o Order) badged(ctx context.Context, d *registration.Desk) ([]registration.Signup, error) {
	if o.New {
		people, err := d.Expected(ctx, o.Meeting.Slug)
		if err != nil {
			return nil, err
		}
		return d.WithoutBadge(ctx, o.Meeting.Slug, people)
	}
	people, err := o.expected(ctx, d)
	if err != nil {
		return nil, err
	}
	if o.Code != "" {
		people = slices.DeleteFunc(people, func(s registration.Signup) bool { return s.Code != o.Code })
		if len(people) == 0 {
			return nil, registration.ErrNotFound
		}
	}
	if o.Roll == (registration.ID{}) {
		return people, nil
	}
	rolls, err := d.BadgeRolls(ctx, o.Meeting.Slug)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rolls, func(r registration.Roll) bool { return r.ID == o.Roll })
	if i < 0 {
		return nil, registration.ErrNotFound
	}
	printed := map[registration.ID]bool{}
	for _, id := range rolls[i].People {
		printed[id] = true
	}
	return slices.DeleteFunc(people, func(s registration.Signup) bool { return !printed[s.ID] }), nil
}

func (o Order) certificate(ctx context.Context, d *registration.Desk) (Document, []registration.Signup, error) {
	s, err := d.ByCode(ctx, o.Meeting.Slug, o.Code)
	if err != nil {
		return nil, nil, err
	}
	c, ok := NewCertificate(o.Paper, s)
	if !ok {
		return nil, nil, registration.ErrNotFound
	}
	return c, []registration.Signup{s}, nil
}
