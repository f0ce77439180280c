package territoires_test

import (
	"testing"

	"github.com/territoires-industrie/sdk/territoires"
)

func TestAmount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a            territoires.Amount
		text, fr, en string
	}{
		{0, "0.00", "0\u00a0€", "€0"},
		{5, "0.05", "0,05\u00a0€", "€0.05"},
		{-123_450, "-1234.50", "-1\u202f234,50\u00a0€", "-€1,234.50"},
		{territoires.Euros(1_500_000_000), "1500000000.00", "1\u202f500\u202f000\u202f000\u00a0€", "€1,500,000,000"},
		{-1 << 63, "-92233720368547758.08", "-92\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€", "-€92,233,720,368,547,758.08"},
	} {
		if tt.a.String() != tt.text || tt.a.Format("fr") != tt.fr || tt.a.Format("en-GB") != tt.en {
			t.Errorf("%d: %q, %q, %q; want %q, %q, %q", tt.a, tt.a, tt.a.Format("fr"), tt.a.Format("en-GB"), tt.text, tt.fr, tt.en)
		}
	}
}
