package registration

import "time"

// FillTime lets tests wait as long as a person needs.
const FillTime = fillTime

// Offers lets tests see whether free seats are offered at now.
func (m Meeting) Offers(now time.Time) bool { return m.offers(now) }

// OfferUntil lets tests see when an offer ends.
func (m Meeting) OfferUntil(now time.Time) time.Time { return m.offerUntil(now) }
