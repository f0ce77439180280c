package link_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"unicode"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration/link"
)

func newKeys(t testing.TB) *link.Keyring {
	t.Helper()
	k, err := link.NewKeyring(bytes.Repeat([]byte{7}, link.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestNewKeyringShortSecret(t *testing.T) {
	t.Parallel()
	if _, err := link.NewKeyring(make([]byte, link.MinSecret-1)); err == nil {
		t.Error("a secret of 31 bytes was accepted")
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	k, id := newKeys(t), uuid.New()
	token := k.Token(link.ForConfirm, id, 3)
	if again := k.Token(link.ForConfirm, id, 3); again != token {
		t.Errorf("the same facts gave %q, then %q", token, again)
	}
	gotID, version, ok := k.Open(link.ForConfirm, token)
	if gotID != id || version != 3 || !ok {
		t.Errorf("Open = %v, %d, %v; want %v, 3, true", gotID, version, ok, id)
	}
	purposes := []link.Purpose{link.ForConfirm, link.ForDisavow, link.ForManage, link.ForSignIn, link.ForTransfer} // some are equally long
	for _, p := range purposes {
		for _, other := range purposes {
			if _, _, ok := k.Open(other, k.Token(p, id, 3)); ok != (p == other) {
				t.Errorf("a token to %s, opened to %s: %v", p, other, ok)
			}
		}
	}
	other, err := link.NewKeyring(bytes.Repeat([]byte{8}, link.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := other.Open(link.ForConfirm, token); ok {
		t.Error("a token of another site was accepted")
	}
}

// TestTokenEveryBit changes each bit of a token, and each letter to every
// other: none of the results may open.
func TestTokenEveryBit(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	token := k.Token(link.ForConfirm, uuid.New(), 0)
	for strings.ContainsAny(token[47:48], "-_") { // one that mail programs may leave out, and that opens without it
		token = k.Token(link.ForConfirm, uuid.New(), 0)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token[:48])
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		bad := bytes.Clone(raw)
		bad[i/8] ^= 1 << (i % 8)
		if _, _, ok := k.Open(link.ForConfirm, base64.RawURLEncoding.EncodeToString(bad)); ok {
			t.Errorf("token with bit %d changed was accepted", i)
		}
	}
	for _, bad := range []string{"", token + "A", token + "0", token[1:], token + "=", token + ".a", " " + token, token[:len(token)-2], token[:len(token)-2] + "\n"} {
		if _, _, ok := k.Open(link.ForConfirm, bad); ok {
			t.Errorf("Open(%q) was accepted", bad)
		}
	}
}

// TestTokenEnds mints tokens until their text has ended in everything: each ends
// in a digit, and each opens as mail programs leave it, as does the token
// without an end that was minted before.
func TestTokenEnds(t *testing.T) {
	t.Parallel()
	k, ends := newKeys(t), map[string]int{}
	for range 3000 {
		id := uuid.New()
		token := k.Token(link.ForManage, id, 2)
		if last := token[len(token)-1]; last < '0' || last > '9' {
			t.Fatalf("token %q does not end in a digit", token)
		}
		old := token[:48]
		ends[old[47:]]++
		for _, text := range []string{token, old, token[:len(token)-1], strings.TrimRight(old, "-_"), strings.TrimRight(old, "-"),
			strings.TrimRight(old, "-_") + ".", token + ".", token + ",", token + ").", token + ">", token + "\u00a0»", token + "-", old + "-", old + "_.", token + "\n"} {
			if len(strings.TrimRight(text, ".")) < 46 { // three letters are missing, of one token in 30,000
				continue
			}
			got, version, ok := k.Open(link.ForManage, text)
			if got != id || version != 2 || !ok {
				t.Fatalf("Open(%q) = %v, %d, %v; want %v, 2, true", text, got, version, ok, id)
			}
		}
	}
	if ends["-"] == 0 || ends["_"] == 0 {
		t.Errorf("the tokens ended in %v: no hyphen or underscore among them", ends)
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	sealed := k.Seal("sent", "jeanne@exemple.fr")
	if got, err := k.Unseal("sent", sealed); got != "jeanne@exemple.fr" || err != nil {
		t.Errorf("Unseal = %q, %v", got, err)
	}
	if k.Seal("sent", "jeanne@exemple.fr") == sealed {
		t.Error("the same text was sealed the same way twice")
	}
	for use, s := range map[string]string{"other": sealed, "sent": sealed[:len(sealed)-2], "sent ": "", "sent  ": "!"} {
		if got, err := k.Unseal(use, s); err != link.ErrSeal || got != "" {
			t.Errorf("Unseal(%q, …) = %q, %v; want ErrSeal", use, got, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	k := newKeys(f)
	f.Add(k.Token(link.ForConfirm, uuid.New(), 1))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		id, version, ok := k.Open(link.ForConfirm, token)
		if !ok {
			return
		}
		// What was opened is the token, but for hyphens and underscores at the
		// end of its 48 characters and what follows these.
		minted := strings.TrimRight(k.Token(link.ForConfirm, id, version)[:48], "-_")
		rest, found := strings.CutPrefix(token, minted)
		if !found || strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) && r != '0' }) {
			t.Errorf("Open accepted %q, which Token does not mint", token)
		}
	})
}

// FuzzUnseal: what was sealed for a use opens for that use alone, and nothing opens
// that was not sealed.
func FuzzUnseal(f *testing.F) {
	k := newKeys(f)
	f.Add("sent", "1558000000 false jeanne@exemple.fr", uint16(3), "AAAA")
	f.Add("form", "", uint16(0), "")
	f.Add("", "\x00\xff", uint16(40), "====")
	f.Add("did", "Zoé", uint16(900), strings.Repeat("A", 40)+"\n")
	f.Fuzz(func(t *testing.T, use, text string, at uint16, forged string) {
		if got, err := k.Unseal(use, forged); err != link.ErrSeal || got != "" {
			t.Fatalf("Unseal(%q, %q) = %q, %v, which nobody sealed", use, forged, got, err)
		}
		sealed := k.Seal(use, text)
		if got, err := k.Unseal(use, sealed); got != text || err != nil {
			t.Errorf("Unseal of what was sealed = %q, %v; want %q", got, err, text)
		}
		changed := []byte(sealed)
		i := int(at) % len(changed)
		changed[i] = "AB"[min(1, strings.Count(sealed[i:i+1], "A"))]
		for _, bad := range []struct{ use, sealed string }{
			{use + "x", sealed}, {use, sealed[:i]}, {use, sealed[i+1:]}, {use, string(changed)}, {use, sealed + "A"}, {use, sealed + "="}, {use, sealed + sealed},
		} {
			if got, err := k.Unseal(bad.use, bad.sealed); err != link.ErrSeal || got != "" {
				t.Errorf("Unseal(%q, %q) = %q, %v; want ErrSeal", bad.use, bad.sealed, got, err)
			}
		}
	})
}
