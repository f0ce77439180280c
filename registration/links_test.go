package registration_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

func newKeys(t testing.TB) *registration.Keyring {
	t.Helper()
	k, err := registration.NewKeyring(bytes.Repeat([]byte{7}, registration.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestNewKeyringShortSecret(t *testing.T) {
	t.Parallel()
	if _, err := registration.NewKeyring(make([]byte, registration.MinSecret-1)); err == nil {
		t.Error("a secret of 31 bytes was accepted")
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	k, id := newKeys(t), registration.NewID()
	token := k.Token(registration.ForConfirm, id, 3)
	if again := k.Token(registration.ForConfirm, id, 3); again != token {
		t.Errorf("the same facts gave %q, then %q", token, again)
	}
	gotID, version, ok := k.Open(registration.ForConfirm, token)
	if gotID != id || version != 3 || !ok {
		t.Errorf("Open = %v, %d, %v; want %v, 3, true", gotID, version, ok, id)
	}
	if _, _, ok := k.Open(registration.ForManage, token); ok {
		t.Error("a token for one purpose was accepted for another")
	}
	other, err := registration.NewKeyring(bytes.Repeat([]byte{8}, registration.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := other.Open(registration.ForConfirm, token); ok {
		t.Error("a token of another site was accepted")
	}
}

// TestTokenEveryBit changes each bit of a token, and each letter to every
// other: none of the results may open.
func TestTokenEveryBit(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	token := k.Token(registration.ForConfirm, registration.NewID(), 0)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		bad := bytes.Clone(raw)
		bad[i/8] ^= 1 << (i % 8)
		if _, _, ok := k.Open(registration.ForConfirm, base64.RawURLEncoding.EncodeToString(bad)); ok {
			t.Errorf("token with bit %d changed was accepted", i)
		}
	}
	for _, bad := range []string{"", token + "A", token[1:], token + "=", token + "\n", " " + token} {
		if _, _, ok := k.Open(registration.ForConfirm, bad); ok {
			t.Errorf("Open(%q) was accepted", bad)
		}
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
		if got, err := k.Unseal(use, s); err != registration.ErrSeal || got != "" {
			t.Errorf("Unseal(%q, …) = %q, %v; want ErrSeal", use, got, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	k := newKeys(f)
	f.Add(k.Token(registration.ForConfirm, registration.NewID(), 1))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		id, version, ok := k.Open(registration.ForConfirm, token)
		if ok && k.Token(registration.ForConfirm, id, version) != token {
			t.Errorf("Open accepted %q, which Token does not mint", token)
		}
	})
}

func TestRoleIncludes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		role, other registration.Role
		want        bool
	}{
		{registration.RoleAdmin, registration.RoleReader, true}, {registration.RoleDesk, registration.RoleDesk, true},
		{registration.RoleReader, registration.RoleDesk, false}, {registration.RoleOrganiser, registration.RoleAdmin, false},
		{"", registration.RoleReader, false}, {registration.RoleAdmin, "", false}, {"chef", "chef", false},
	} {
		if got := tt.role.Includes(tt.other); got != tt.want {
			t.Errorf("%q includes %q: %v, want %v", tt.role, tt.other, got, tt.want)
		}
	}
}
