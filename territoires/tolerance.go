package territoires

import "github.com/territoires-industrie/sdk/territoires/internal/text"

// tidy is [text.Tidy], at no cost for an identifier as ANCT writes it.
func tidy(s string) string {
	if validID(s) {
		return s
	}
	return text.Tidy(s)
}
