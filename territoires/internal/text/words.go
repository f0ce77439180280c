package text

import "strings"

// Words is a closed list of words that a type of text may be, in their order,
// each with what people read. An empty English label says that the French one
// stays.
type Words[T ~string] []struct {
	Key             T
	French, English string
}

// All returns the words in their order.
func (w Words[T]) All() []T {
	out := make([]T, len(w))
	for i := range w {
		out[i] = w[i].Key
	}
	return out
}

// Has reports whether key is one of the words.
func (w Words[T]) Has(key T) bool {
	return w.index(key) >= 0
}

func (w Words[T]) index(key T) int {
	for i := range w {
		if w[i].Key == key {
			return i
		}
	}
	return -1
}

// Label returns what people read: in English when lang begins with "en" and
// there is English, otherwise in French, and "" for what is none of the words.
func (w Words[T]) Label(key T, lang string) string {
	i := w.index(key)
	switch {
	case i < 0:
		return ""
	case English(lang) && w[i].English != "":
		return w[i].English
	}
	return w[i].French
}

// Parser returns a function that reads one of the words, in capitals or not and
// with what [Tidy] passes over; unknown makes the error for anything else, of the
// words that there are.
func (w Words[T]) Parser(unknown func(words []string) error) func(string) (T, error) {
	return func(s string) (T, error) {
		if w.Has(T(s)) {
			return T(s), nil
		}
		tidy := Tidy(s)
		for i := range w {
			if strings.EqualFold(tidy, string(w[i].Key)) {
				return w[i].Key, nil
			}
		}
		words := make([]string, len(w))
		for i := range w {
			words[i] = string(w[i].Key)
		}
		return "", unknown(words)
	}
}
