package mail

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/territoires-industrie/sdk/registration"
)

func generate(t testing.TB, a Algorithm) Key {
	t.Helper()
	k, err := GenerateKey(a, "exemple.fr", "essai-"+string(a))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// signWith composes a mail with an entry and signs it.
func signWith(t *testing.T, keys ...Key) registration.Message {
	t.Helper()
	c, err := NewComposer("Rencontres <rencontre@exemple.fr>")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(c, keys...)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Compose(letter(registration.MailConfirmed, registration.French))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// verify checks every signature against the records of the keys.
func verify(t *testing.T, data []byte, keys ...Key) []*dkim.Verification {
	t.Helper()
	records := map[string]string{}
	for _, k := range keys {
		name, value := k.Record()
		records[name] = value
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(data), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		if records[name] == "" {
			return nil, errors.New("no such record")
		}
		return []string{records[name]}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	both := []Key{generate(t, RSA), generate(t, Ed25519)}
	for _, keys := range [][]Key{both[:1], both[1:], both} {
		m := signWith(t, keys...)
		found := verify(t, m.Data, keys...)
		if len(found) != len(keys) {
			t.Errorf("%d signatures, want %d", len(found), len(keys))
		}
		for _, v := range found {
			if v.Err != nil || v.Domain != "exemple.fr" {
				t.Errorf("signature of %s: %v", v.Domain, v.Err)
			}
		}
		parse(t, m.Data) // still a message
		checkParts(t, letter(registration.MailConfirmed, registration.French), parse(t, m.Data))
	}
}

func TestTamperingShows(t *testing.T) {
	t.Parallel()
	key := generate(t, Ed25519)
	m := signWith(t, key)
	for name, change := range map[string]func(string) string{
		"body":    func(s string) string { return strings.Replace(s, "3F7K", "3F7L", 1) },
		"subject": func(s string) string { return strings.Replace(s, "Subject: ", "Subject: x", 1) },
		// A signature covers the last field of a name, so others are added above it.
		"second From":         func(s string) string { return "From: y@exemple.fr\r\n" + s },
		"second To":           func(s string) string { return "To: y@exemple.fr\r\n" + s },
		"second Subject":      func(s string) string { return "Subject: y\r\n" + s },
		"second Date":         func(s string) string { return "Date: Thu, 16 May 2019 09:00:00 +0200\r\n" + s },
		"second Reply-To":     func(s string) string { return "Reply-To: y@exemple.fr\r\n" + s },
		"second Content-Type": func(s string) string { return "Content-Type: text/html\r\n" + s },
	} {
		changed := change(string(m.Data))
		if changed == string(m.Data) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if found := verify(t, []byte(changed), key); len(found) != 1 || found[0].Err == nil {
			t.Errorf("%s: a changed message verifies", name)
		}
	}
	if found := verify(t, m.Data, generate(t, Ed25519)); found[0].Err == nil {
		t.Error("the signature verifies with another key")
	}
}

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	for _, a := range []Algorithm{RSA, Ed25519} {
		k := generate(t, a)
		file, err := k.PEM()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseKey(file, "Exemple.FR", k.Selector)
		if err != nil {
			t.Fatal(err)
		}
		if back.Zone() != k.Zone() || !strings.Contains(k.Zone(), "essai-"+string(a)+"._domainkey.exemple.fr. IN TXT ( \"v=DKIM1; k="+string(a)) {
			t.Errorf("%s: read back as %s, was %s", a, back.Zone(), k.Zone())
		}
		for _, part := range strings.Split(k.Zone(), `"`) {
			if len(part) > 255 {
				t.Errorf("%s: a string of %d octets", a, len(part))
			}
		}
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(short)})
	for name, file := range map[string][]byte{"nothing": nil, "no key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("s3cret")}), "1024 bits": old} {
		if _, err := ParseKey(file, "exemple.fr", "s"); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: ParseKey = %v, want an error", name, err)
		}
	}
	for _, bad := range [][2]string{{"", "s"}, {"exemple", "s"}, {"exemple.fr", ""}, {"exemple.fr", "a b"}, {"exemple.fr\"", "s"}, {"exemple.fr", "-a"}} {
		if _, err := GenerateKey(Ed25519, bad[0], bad[1]); err == nil {
			t.Errorf("GenerateKey took %q, %q", bad[0], bad[1])
		}
	}
	if _, err := GenerateKey("dsa", "exemple.fr", "s"); err == nil {
		t.Error("GenerateKey took dsa")
	}
}

func TestSignerChecks(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@autre.example")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(c, generate(t, Ed25519))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compose(letter(registration.MailConfirm, registration.French)); err == nil {
		t.Error("signed for another domain")
	}
	if _, err := s.Compose(registration.Letter{Mail: registration.Mail{Kind: registration.MailConfirm}}); !errors.Is(err, registration.ErrNobody) {
		t.Errorf("Compose to nobody = %v, want ErrNobody", err)
	}
	for _, keys := range [][]Key{nil, {{Domain: "exemple.fr"}}} {
		if _, err := NewSigner(c, keys...); err == nil {
			t.Errorf("NewSigner took %d keys", len(keys))
		}
	}
}

// TestOpenDKIM has another program verify a signature, and refuse a changed
// message.
func TestOpenDKIM(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to verify with opendkim")
	}
	key := generate(t, RSA) // Debian's opendkim does not know Ed25519
	m := signWith(t, key)
	dir := t.TempDir()
	name, value := key.Record()
	files := map[string]string{
		"keys": name + " " + value + "\n", "good.eml": string(m.Data), "bad.eml": strings.Replace(string(m.Data), "3F7K", "3F7L", 1),
		"conf": "Mode v\nTestPublicKeys " + filepath.Join(dir, "keys") + "\nOn-BadSignature reject\nOn-NoSignature reject\nOn-KeyNotFound reject\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, good := range map[string]bool{"good.eml": true, "bad.eml": false} {
		out, err := exec.CommandContext(t.Context(), "opendkim", "-x", filepath.Join(dir, "conf"), "-vv", "-t", filepath.Join(dir, file)).CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			t.Fatal("opendkim is missing: apt-get install opendkim")
		}
		if got := strings.Contains(string(out), "verification (s=essai-rsa, d=exemple.fr, 2048-bit key, secure) succeeded") || strings.Contains(string(out), "dkim=pass"); got != good {
			t.Errorf("%s: accepted %v, want %v: %v\n%s", file, got, good, err, out)
		}
	}
}

// verifyDKIM says of each signature of a message whether it holds, by the
// record given for each name.
const verifyDKIM = `
import json, sys, dkim
given = json.load(sys.stdin)
d = dkim.DKIM(given["message"].encode())
lookup = lambda name, timeout=5: given["records"].get(name.decode().rstrip("."), "").encode()
for i in range(int(sys.argv[1])):
    try:
        print(d.verify(idx=i, dnsfunc=lookup))
    except dkim.DKIMException as e:
        print(False)
`

// TestDKIMPy has a third program verify both signatures of a message, Ed25519's
// included, and refuse a changed one.
func TestDKIMPy(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to verify with dkimpy")
	}
	keys := []Key{generate(t, RSA), generate(t, Ed25519)}
	m := signWith(t, keys...)
	records := map[string]string{}
	for _, k := range keys {
		name, value := k.Record()
		records[name] = value
	}
	for name, tt := range map[string]struct {
		old, new string
		want     string
	}{
		"as it was":      {"", "", "True\nTrue\n"},
		"another text":   {"3F7K", "3F7L", "False\nFalse\n"},
		"another sender": {"rencontre@exemple.fr", "autre@exemple.fr", "False\nFalse\n"},
	} {
		in, err := json.Marshal(map[string]any{"message": changed(string(m.Data), tt.old, tt.new), "records": records})
		if err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", verifyDKIM, "2")
		c.Stdin = bytes.NewReader(in)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v (Debian: apt-get install python3-dkim python3-nacl)\n%s", err, out)
		}
		if string(out) != tt.want {
			t.Errorf("%s: verified %q, want %q", name, out, tt.want)
		}
	}
}

// changed replaces old everywhere, unless it is "".
func changed(message, old, new string) string {
	if old == "" {
		return message
	}
	return strings.ReplaceAll(message, old, new)
}

func ExampleKey_Record() {
	k, err := GenerateKey(Ed25519, "exemple.fr", "rencontre2019")
	if err != nil {
		fmt.Println(err)
		return
	}
	name, value := k.Record()
	fmt.Println(name, strings.HasPrefix(value, "v=DKIM1; k=ed25519; p="))
	// Output: rencontre2019._domainkey.exemple.fr true
}

func ExampleNewSigner() {
	c, err := NewComposer("Rencontres <rencontre@exemple.fr>")
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := GenerateKey(Ed25519, "exemple.fr", "rencontre2019")
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := NewSigner(c, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := s.Compose(letter(registration.MailConfirm, registration.French))
	fmt.Println(bytes.HasPrefix(m.Data, []byte("DKIM-Signature: ")), err)
	// Output: true <nil>
}
