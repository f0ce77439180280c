package print

import (
	"context"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// Order is a document to be made.
type Order struct {
	Paper
	Kind   Kind
	Format Format          // of badges
	New    bool            // only badges that were never printed
	Roll   registration.ID // the badges of this print; zero for any
	Code   string          // whose badge or certificate; "" for everybody's badges
	// Address is what the QR code of a badge holds for a short code.
	Address func(code string) string
}

// Make makes a document from what a desk knows now, and returns the people whom it
// names. It returns [registration.ErrNotFound] for an unknown kind, session,
// half-day, print or code, and for the certificate of somebody whose arrival is
// not recorded.
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

// expected returns those whom a paper of this half-day or session names.
func (o Order) expected(ctx context.Context, d *registration.Desk) ([]registration.Signup, error) {
	people, err := d.Expected(ctx, o.Meeting.Slug)
	return slices.DeleteFunc(people, func(s registration.Signup) bool { return !o.comes(s) }), err
}

// badged returns whose badges are made, by name.
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
