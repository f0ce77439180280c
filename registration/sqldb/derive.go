package sqldb

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
)

// listVersion is the version of what [derive] depends on: its own rules, the French
// collation of the library, and the régions of territories. Sign-ups that another
// version derived are brought up to date when a database is opened.
const listVersion = "6 cldr-" + collate.CLDRVersion + " territoires-" + registration.RegionEdition

// derived is what lists and limits need of a sign-up, computed from the rest
// of it.
type derived struct {
	network, mailbox string // for the limits on unconfirmed sign-ups; "" once it counts for none
	status           registration.Status
	nameKey          []byte
	organisationKey  []byte
	terms            []string // sorted, each once
	code             string   // the term that the code is: see [derived.rows]
}

// Terms that are not words begin with a sign that no word has.
const (
	seatTerm      = "@seat="
	waitingTerm   = "@waiting="
	categoryTerm  = "@category="
	regionTerm    = "@region="
	territoryTerm = "@territory="
	sourceTerm    = "@source="
	dayTerm       = "@day="
	axisTerm      = "@axis="
	arrivedTerm   = "@arrived=" // followed by the session, / and the half-day
	answerTerm    = "@answer="  // followed by the question, = and the answer
	answeredTerm  = "@answered="
)

// answerEnd ends the term of an answer. With it a search finds this answer alone;
// without it, all that begin so.
const answerEnd = "."

// The longest texts that are searched, in characters.
const (
	maxWord   = 40
	maxAnswer = 80
)

func derive(s registration.Signup) derived {
	d := derived{status: s.Status(), nameKey: frenchKey(s.FamilyName, s.GivenName), organisationKey: frenchKey(s.Organisation), code: strings.ToLower(s.Code)}
	aside := d.status == registration.StatusExpired && s.ID != s.Party && s.EndedAt.Before(s.HeldUntil) // see held
	if s.AddressConfirmedAt.IsZero() && (s.EndedAt.IsZero() || aside) {
		d.network, d.mailbox = s.Network, address.Mailbox(s.AddressKey)
	}
	d.terms = words(s.Code, s.FamilyName, s.GivenName, s.Organisation, s.Function, s.Email)
	d.terms = append(d.terms, joinedWords(s.FamilyName, s.GivenName, s.Organisation)...)
	for _, p := range s.Places {
		switch {
		case p.State.TakesSeat():
			d.terms = append(d.terms, seatTerm+string(p.Session))
		case p.State == registration.Queued:
			d.terms = append(d.terms, waitingTerm+string(p.Session))
		}
	}
	d.terms = append(d.terms, dayTerm+s.CreatedAt.In(registration.Paris).Format(time.DateOnly))
	for kind, value := range map[string]string{categoryTerm: string(s.Category), regionTerm: s.Region(), territoryTerm: s.Territory, sourceTerm: string(s.Source)} {
		if value != "" {
			d.terms = append(d.terms, kind+value)
		}
	}
	for _, axis := range s.Interests {
		d.terms = append(d.terms, axisTerm+axis)
	}
	for _, a := range s.Arrivals {
		d.terms = append(d.terms, arrivedTerm+string(a.Session)+"/"+string(a.Half))
	}
	for question, answers := range s.Answers {
		d.terms = append(d.terms, answeredTerm+question)
		for _, answer := range answers {
			d.terms = append(d.terms, answerTerm+question+"="+foldedAnswer(answer)+answerEnd)
		}
	}
	slices.Sort(d.terms)
	d.terms = slices.Compact(d.terms)
	return d
}

// joined is how the terms of a sign-up are stored in its own row.
func (d derived) joined() string { return " " + strings.Join(d.terms, " ") + " " }

// rows returns the terms that get a row of their own: all but the code, by which
// table signup has an index already.
func (d derived) rows() []string {
	return slices.DeleteFunc(slices.Clone(d.terms), func(term string) bool { return term == d.code })
}

// collator makes keys. It is not safe for several goroutines.
type collator struct {
	*collate.Collator
	buf collate.Buffer
}

var collators = sync.Pool{New: func() any { return &collator{Collator: collate.New(language.French)} }}

// frenchKey returns bytes that sort as the texts do in French: by the first
// text, then by the second. Accents and case count only where nothing else
// tells two texts apart.
func frenchKey(texts ...string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	var key []byte
	for _, text := range texts {
		key = append(key, trimmedKey(c.KeyFromString(&c.buf, text))...)
		key = append(key, 0, 0) // below whatever a longer key goes on with
		c.buf.Reset()
	}
	return key
}

// trimmedKey shortens a key by about half. A key holds the weights of letters, then
// of accents, then of case, with two zero bytes between. trimmedKey drops the
// trailing weights of plain letters, those without accent and capital. They are the
// lowest of their kind, so a shortened key sorts as the whole one does.
func trimmedKey(key []byte) []byte {
	const plainAccent, plainCase = "\x00\x20", "\x02"
	letters := bytes.TrimRight(key, plainCase)
	end := len(letters)
	for end > 0 && letters[end-1] != 0 { // the weights of case are bytes, and none is 0
		end--
	}
	if end < 2 {
		return key
	}
	accents, cases := letters[:end-2], letters[end:]
	for bytes.HasSuffix(accents, []byte(plainAccent)) {
		accents = accents[:len(accents)-2]
	}
	return append(append(accents, 0, 0), cases...)
}

// letters are those that Unicode does not decompose, and what people type
// instead of them.
var letters = strings.NewReplacer("œ", "oe", "æ", "ae", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ß", "ss", "ı", "i")

// words returns the folded words of texts: in lower case, without accents and
// ligatures, split at everything but letters and digits.
func words(texts ...string) []string {
	// Without ToValidUTF8 the letter after an invalid byte would keep its accent.
	folded := norm.NFKD.String(strings.ToValidUTF8(strings.Join(texts, " "), " "))
	folded = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, folded)
	list := strings.Fields(letters.Replace(folded))
	for i, word := range list {
		list[i] = cut(word, maxWord)
	}
	return list
}

// joinedWords returns what people type without the apostrophe or the hyphen
// inside a word, such as lhopital for L’Hôpital, and a family name without its
// spaces, such as delatour.
func joinedWords(family, given, organisation string) (list []string) {
	for _, text := range append(strings.Fields(family+" "+given+" "+organisation), family) {
		if parts := words(text); len(parts) > 1 {
			list = append(list, cut(strings.Join(parts, ""), maxWord))
		}
	}
	return list
}

// foldedAnswer is an answer as one term.
func foldedAnswer(answer string) string { return cut(strings.Join(words(answer), "-"), maxAnswer) }

func cut(text string, most int) string {
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i]
		}
	}
	return text
}
