package text

import "strings"

// Words is the closed list of the words that a type may have, in order, with their
// labels. An empty English label means that the French one is used.
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

// Label returns the label of a word: in English when lang begins with "en" and
// there is one, otherwise in French. It returns "" if key is not one of the words.
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

// Parser returns a function that reads one of the words, after [Tidy]. For any
// other text it returns the error that unknown makes of the list of words.
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
