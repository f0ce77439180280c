package mail

import (
	"bytes"
	"io"
	"maps"
	"mime/quotedprintable"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// mergesAsTemplate compares the page that a mail fills in with the page that the template
// gives for it.
func mergesAsTemplate(t *testing.T, c *Composer, b body) {
	t.Helper()
	var want, quoted bytes.Buffer
	if err := c.html.template.Execute(&want, b); err != nil {
		t.Fatal(err)
	}
	if err := c.html.write(&quoted, b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(quoted.String(), "\r\n") {
		if len(line) > 76 {
			t.Errorf("a line of %d characters: %s", len(line), line) // RFC 2045, 6.7
		}
	}
	var whole bytes.Buffer // encoded at once: the library changes odd line ends
	if err := writeQuoted(&whole, want.String()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(t, &whole), decoded(t, &quoted)); diff != "" {
		t.Errorf("merged page (-template +merged):\n%s", diff)
	}
}

// decoded reads quoted-printable.
func decoded(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(quotedprintable.NewReader(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bodyOf is what the mail of a letter says, with the picture of the code but without it.
func bodyOf(t *testing.T, c *Composer, l registration.Letter) body {
	t.Helper()
	_, b, err := c.prepare(l)
	if err == nil {
		err = c.enclose(l, &b)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.QR, b.pdf = nil, nil
	return b
}

// TestMerge: every kind of mail reads as the template would write it, for the first
// person and, filled in, for the next one.
func TestMerge(t *testing.T) {
	t.Parallel()
	all := letters()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := NewComposer("rencontre@exemple.fr")
			if err != nil {
				t.Fatal(err)
			}
			l := all[name]
			b := bodyOf(t, c, l)
			mergesAsTemplate(t, c, b)
			kept := len(c.html.kept)
			if own := b.Rich || len(b.Lists) > 0; (kept == 0) != own {
				t.Errorf("%d pages kept, written by an organiser or for one: %v", kept, own)
			}
			l.Mail.ID, l.Signup.Code = registration.NewID(), "7KMQRT3F"
			l.Signup.GivenName, l.Signup.FamilyName = "Léa & <Paul>", "O'Brien + “Sœur”=20"
			l.Signup.HeldUntil = l.Signup.HeldUntil.Add(registration.HoldFor)
			token := strings.NewReplacer("Tk0", "9aZ")
			l.Links.Manage, l.Links.Confirm, l.Links.Disavow = token.Replace(l.Links.Manage), token.Replace(l.Links.Confirm), token.Replace(l.Links.Disavow)
			mergesAsTemplate(t, c, bodyOf(t, c, l))
			if n := len(c.html.kept); n != kept {
				t.Errorf("%d pages kept for two people, %d for one", n, kept)
			}
		})
	}
}

// TestMergeKnowsEveryField: whatever differs in a mail, its page differs as the
// template says, although the page of another mail was kept.
func TestMergeKnowsEveryField(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range []string{"confirm-party-fr", "confirmed-access-fr", "enlisted-en", "digest-fr", "message-fr", "reminder-fr"} {
		fresh := func() body {
			b := bodyOf(t, c, letters()[name])
			b.Note = "note"
			return b
		}
		b := fresh()
		mergesAsTemplate(t, c, b)
		eachPart(reflect.ValueOf(&b).Elem(), "", func(path string, part reflect.Value) {
			was := reflect.New(part.Type()).Elem()
			was.Set(part)
			for _, to := range otherValues(part) {
				part.Set(to)
				if !t.Run(name+path, func(t *testing.T) { mergesAsTemplate(t, c, b) }) {
					t.Errorf("with %#v", to)
				}
				n++
			}
			part.Set(was)
		})
		was := fresh()
		if diff := cmp.Diff([]any{was.Before, was.Facts, was.More}, []any{b.Before, b.Facts, b.More}); diff != "" {
			t.Errorf("the lists of a mail were changed (-before +after):\n%s", diff)
		}
	}
	if n < 200 {
		t.Errorf("only %d changes were tried", n)
	}
}

// eachPart visits every exported string, flag, list and pointer in v.
func eachPart(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachPart(v.Field(i), path+"."+f.Name, visit)
			}
		}
	case reflect.Slice:
		visit(path, v)
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				eachPart(v.Index(i), path, visit)
			}
		}
	case reflect.String, reflect.Bool, reflect.Pointer:
		visit(path, v)
	}
}

// otherValues returns other values for a part of a mail.
func otherValues(v reflect.Value) (list []reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() > 0 {
			list = append(list, v.Slice(1, v.Len()), v.Slice(0, 0), reflect.AppendSlice(v.Slice3(0, 1, 1), v))
		}
	case reflect.Pointer: // the words of the mail
		list = append(list, reflect.ValueOf(catalogue.For("fr")), reflect.ValueOf(catalogue.For("en")))
	case reflect.Bool:
		list = append(list, reflect.ValueOf(!v.Bool()))
	case reflect.String:
		for _, s := range []string{"", "other", "<b>\"&'+\x00=", "https://autre.exemple/é?a=b&c", "javascript:alert(1)", "javascript:alert", "http://autre.exemple:8080/~x@y", strings.Repeat("à", 90) + " "} {
			list = append(list, reflect.ValueOf(s).Convert(v.Type()))
		}
	}
	return list
}

// TestMergeIsBounded: a composer keeps a limited number of pages, however many wordings
// organisers think of.
func TestMergeIsBounded(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	l := letter(registration.MailConfirm, registration.French)
	for i := range 2*mostKept + 1 {
		b := bodyOf(t, c, l)
		b.Note = strings.Repeat("n", i)
		if err := c.html.write(io.Discard, b); err != nil {
			t.Fatal(err)
		}
		if n := len(c.html.kept); n == 0 || n > mostKept {
			t.Fatalf("%d pages kept, at most %d", n, mostKept)
		}
	}
}
