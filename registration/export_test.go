package registration

import "time"

// OfferUntil lets tests see when an offer ends.
func (m Meeting) OfferUntil(now time.Time) time.Time { return m.offerUntil(now) }
