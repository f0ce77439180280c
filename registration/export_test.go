package registration

import "time"

// FillTime lets tests wait as long as a person needs.
const FillTime = fillTime

// OfferUntil lets tests see when an offer ends.
func (m Meeting) OfferUntil(now time.Time) time.Time { return m.offerUntil(now) }
