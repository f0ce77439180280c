package registration

import (
	"bytes"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
)

// FuzzParseCode reads anything as a short code, as people at the door type one: what
// is read is a code that could have been minted, and it is read again however it is
// spelled.
func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"ACDEFGHJ", "acde-fghj", "acde\u00a0fg\u202fhj", "ACDEFGH", "ACDEFGH0", "ſcdefghj", "ａｃｄｅｆｇｈｊ", "--------", "a\u0301cdefghj", strings.Repeat("-", 60) + "A"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := ParseCode(s)
		if ok != (code != "") || ok && BeginsCode(s) {
			t.Fatalf("ParseCode(%q) = %q, %v; begins one: %v", s, code, ok, BeginsCode(s))
		}
		if !ok {
			return
		}
		if len(code) != CodeLength || strings.Trim(code, codeLetters) != "" {
			t.Errorf("ParseCode(%q) = %q, which MintCode never mints", s, code)
		}
		for _, spelled := range []string{code, strings.ToLower(code), code[:4] + "-" + code[4:], " " + code + "\u00a0"} {
			if again, ok := ParseCode(spelled); again != code || !ok {
				t.Errorf("ParseCode(%q) = %q, %v; want %q", spelled, again, ok, code)
			}
		}
	})
}

// FuzzParseLanguage reads anything as a language: it is one of two or none.
func FuzzParseLanguage(f *testing.F) {
	for _, s := range []string{"", "fr", "en", "FR", "fr-FR", "en,fr;q=0.8", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, ok := ParseLanguage(s)
		if ok != (l == French || l == English) || !ok && l != "" || ok && s != "" && s != string(l) {
			t.Errorf("ParseLanguage(%q) = %q, %v", s, l, ok)
		}
	})
}

// FuzzFormToken opens what a form may carry in its hidden field: anything that
// strangers write, which proves nothing, anything that was sealed for forms, and what
// was sealed for something else or has been changed since.
func FuzzFormToken(f *testing.F) {
	keys, err := link.NewKeyring(bytes.Repeat([]byte{7}, link.MinSecret))
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2019, 5, 16, 9, 0, 0, 0, time.UTC)
	shown := strconv.FormatInt(now.Add(-time.Minute).UnixMicro(), 10)
	f.Add(shown+" x 1", int64(0), uint8(0))
	f.Add(shown+" x "+shown, int64(fillTime), uint8(9))
	f.Add(shown+" x", int64(0), uint8(0))
	f.Add("-9223372036854775808 x 9223372036854775807", int64(-1), uint8(1))
	f.Add("99999999999999999999 x 1", int64(0), uint8(0))
	f.Add("", int64(formFor), uint8(200))
	f.Add(shown+"\tx 1", int64(0), uint8(0))
	f.Add("\n\x00 é 1", int64(-formFor), uint8(30))
	f.Fuzz(func(t *testing.T, text string, later int64, at uint8) {
		d := &Desk{keys: keys, clock: func() time.Time { return now }}
		if _, ok := d.proof(text, now); ok {
			t.Errorf("%q was never sealed and proves something", text)
		}
		if _, ok := d.proof(keys.Seal("sent", text), now); ok {
			t.Errorf("%q was sealed for something else and proves something", text)
		}
		sealed := keys.Seal("form", text)
		broken := []byte(sealed)
		if i := int(at) % len(broken); broken[i] == 'A' {
			broken[i] = 'B'
		} else {
			broken[i] = 'A'
		}
		if _, ok := d.proof(string(broken), now); ok {
			t.Errorf("%q proves something although its seal is broken", text)
		}
		if form, ok := d.proof(sealed, now); ok {
			micros, err := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			age := now.Sub(time.UnixMicro(micros))
			if err != nil || age.Abs() < fillTime || age >= formFor || age <= -setBack || form.mark == "" || strings.ContainsAny(form.mark, " \n") {
				t.Errorf("%q proves %+v at the age of %v (%v)", text, form, age, err)
			}
		}
		// What the site made, for as long as it is good, tells the hour that it was given.
		until := now.Add(time.Duration(later)).Truncate(time.Microsecond)
		token := d.FormToken(until)
		form, ok := d.proof(token, now.Add(time.Duration(later)))
		if age := time.Duration(later); ok != (age >= fillTime && age < formFor || age <= -fillTime && age > -setBack) || ok && !form.until.Equal(until) {
			t.Errorf("a form of %v ago proves %+v, %v", time.Duration(later), form, ok)
		}
	})
}

// FuzzClean cleans anything that is typed into the lines of a sign-up: once is
// enough, and what is accepted then breaks no line and reads as it is written.
func FuzzClean(f *testing.F) {
	f.Add("Zoé", "zoe@exemple.fr", "Mâcon", "fr")
	f.Add(" e\u0301\u00a0", "Zoé <zoe@exemple.fr>,", "ti-0101", "")
	f.Add("\u200d\u2800", "mailto:zoe%40exemple.fr", "\ufdfa", "en")
	f.Add("a\r\nBcc: b", "a@b\r\n", "\xff", "x")
	f.Add("\u0301", "\u202e@", "\u2126", "\u212b")
	f.Fuzz(func(t *testing.T, line, email, territory, language string) {
		m := Meeting{Questions: []Question{{ID: "meal", Kind: TextQuestion}}, Companions: 2}
		r := Request{
			GivenName: line, FamilyName: line, Email: email, Organisation: territory, Function: email, Category: Industry, Territory: territory,
			Language: Language(language), Privacy: true, Sessions: []SessionID{SessionID(line), SessionID(email)}, Interests: []string{territory, line},
			Companions: []Companion{{GivenName: line, FamilyName: territory, Email: email}, {Email: line}}, Answers: Answers{"meal": {line, email}, line: {email}},
		}.clean(m)
		if again := r.clean(m); !reflect.DeepEqual(again, r) {
			t.Errorf("cleaned %+v, and cleaned again %+v", r, again)
		}
		if r.Language == French || r.Language == English {
			r.Sessions, r.Interests, r.Companions = nil, nil, nil
		}
		if r.check(m, Signup{}) != nil {
			return
		}
		for _, s := range []string{r.GivenName, r.FamilyName, r.Email, r.Organisation, r.Function, r.Territory} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00\u2028\u202e") {
				t.Errorf("%q was accepted", s)
			}
		}
		if a, ok := address.Parse(r.Email); !ok || a.Text != r.Email {
			t.Errorf("the address %q was accepted, which reads as %+v, %v", r.Email, a, ok)
		}
	})
}
