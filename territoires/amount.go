package territoires

import (
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Amount is a sum of money in euro cents. Whole cents keep sums exact. Zero is
// a sum of nothing, not an unknown sum.
type Amount int64

// Euros returns a whole number of euros as an amount.
func Euros(n int64) Amount { return Amount(n * 100) }

// String writes euros, a point and two digits: "1234.50".
func (a Amount) String() string {
	sign, n := "", uint64(a)
	if a < 0 {
		sign, n = "-", -n
	}
	cents := strconv.FormatUint(n%100+100, 10)[1:]
	return sign + strconv.FormatUint(n/100, 10) + "." + cents
}

// Format writes the amount for people: "1 234,50 €" in French, with narrow
// no-break spaces in the number and a no-break space before the sign, and
// "€1,234.50" when lang begins with "en". Cents are left out when there are
// none.
func (a Amount) Format(lang string) string {
	whole, cents, _ := strings.Cut(a.String(), ".")
	sign := ""
	if rest, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "-", rest
	}
	group, point, before, after := "\u202f", ",", "", "\u00a0€"
	if text.English(lang) {
		group, point, before, after = ",", ".", "€", ""
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if cents != "00" {
		whole += point + cents
	}
	return sign + before + whole + after
}
