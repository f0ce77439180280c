// Package link makes and verifies the tokens in the links of mails, and seals the
// texts that a page carries in its own address. It knows neither sign-ups nor
// meetings: a token contains an id and a version, and package registration knows
// what they mean.
package link

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// MinSecret is the least length of a site's secret, in bytes.
const MinSecret = 32

// Purpose is what a link is for. A token for one purpose is invalid for every other.
type Purpose string

// The purposes of links.
const (
	ForConfirm Purpose = "confirm"
	ForDisavow Purpose = "disavow"
	ForManage  Purpose = "manage"
	ForSignIn  Purpose = "signin"
	// ForTransfer is the purpose of the link that confirms a sign-up's new
	// address. Its version is the number of the request, not that of the sign-up.
	ForTransfer Purpose = "transfer"
)

// Keyring makes and verifies tokens and seals. A site makes one from its secret; it
// may be used by many goroutines.
//
// A token is a capability, not a login: whoever has the link may do what it is for.
// Tokens are not stored: the same purpose, id and version always give the same
// token, and raising the version of a sign-up revokes its tokens.
type Keyring struct {
	secret []byte
	links  []byte
	seal   cipher.AEAD
}

// NewKeyring derives the keys of a site from its secret, at least [MinSecret]
// bytes.
func NewKeyring(secret []byte) (*Keyring, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("link: secret of %d bytes, want %d or more", len(secret), MinSecret)
	}
	k := &Keyring{secret: append([]byte(nil), secret...)}
	k.links = k.Derive("links", 32)
	block, err := aes.NewCipher(k.Derive("seal", 32))
	if err != nil {
		return nil, err
	}
	k.seal, err = cipher.NewGCMWithRandomNonce(block)
	return k, err
}

// Derive returns n bytes of key material for a use. The same secret and use always
// give the same bytes. It panics if n is not between 1 and 8160.
func (k *Keyring) Derive(use string, n int) []byte {
	b, err := hkdf.Key(sha256.New, k.secret, nil, "rencontre/"+use, n)
	if err != nil {
		panic("link: derive key: " + err.Error())
	}
	return b
}

const (
	macBytes   = 16 // 128 bits
	tokenBytes = 16 + 4 + macBytes

	// end is the last character of every token. The encoding uses hyphens, and
	// mail programs drop a hyphen at the end of a link.
	end = "0"
)

// Token returns the token of a link: it proves the right to id. It consists of
// letters, digits, hyphens and underscores, and ends in a digit. The version must be
// from 0 to 2³²-1.
func (k *Keyring) Token(p Purpose, id uuid.UUID, version int) string {
	b := make([]byte, 0, tokenBytes)
	b = append(b, id[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(version))
	return base64.RawURLEncoding.EncodeToString(append(b, k.mac(p, b)...)) + end
}

// Open returns the id and the version of a token, and false for anything that Token
// did not make for this purpose. It ignores punctuation after the token, which a mail
// program may have taken from the text around the link. It also opens older tokens
// without the final digit, even if a mail program has dropped hyphens or underscores
// at their end. The caller compares the version with that of the sign-up.
func (k *Keyring) Open(p Purpose, token string) (id uuid.UUID, version int, ok bool) {
	size := base64.RawURLEncoding.EncodedLen(tokenBytes)
	body := token
	if len(token) > size {
		body = token[:size]
		rest := strings.TrimPrefix(token[size:], end)
		if strings.ContainsFunc(rest, func(r rune) bool { return !isPunctuation(r) }) {
			return uuid.UUID{}, 0, false
		}
	}
	body = strings.TrimRightFunc(body, func(r rune) bool { return isPunctuation(r) && r != '-' && r != '_' })
	for _, missing := range []string{"", "-", "_", "--", "-_", "_-", "__"} {
		if len(body)+len(missing) == size {
			if id, version, ok = k.open(p, body+missing); ok {
				return id, version, true
			}
		}
	}
	return uuid.UUID{}, 0, false
}

// isPunctuation reports whether mail programs may drop r at the end of a link, or add
// it from the text after the link.
func isPunctuation(r rune) bool { return unicode.IsPunct(r) || r == '>' || unicode.IsSpace(r) }

// open is [Keyring.Open] of a token without its end.
func (k *Keyring) open(p Purpose, token string) (id uuid.UUID, version int, ok bool) {
	// The decoder skips line ends; only the length shows that there was one.
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenBytes {
		return uuid.UUID{}, 0, false
	}
	body, mac := b[:tokenBytes-macBytes], b[tokenBytes-macBytes:]
	if subtle.ConstantTimeCompare(mac, k.mac(p, body)) != 1 {
		return uuid.UUID{}, 0, false
	}
	return uuid.UUID(body[:16]), int(binary.BigEndian.Uint32(body[16:])), true
}

func (k *Keyring) mac(p Purpose, body []byte) []byte {
	h := hmac.New(sha256.New, k.links)
	h.Write([]byte{byte(len(p))})
	h.Write([]byte(p))
	h.Write(body)
	return h.Sum(nil)[:macBytes]
}

// Seal encrypts and authenticates a text that a page carries in its own address,
// such as an e-mail address. Each call gives another result, even for the same text.
func (k *Keyring) Seal(use, text string) string {
	return base64.RawURLEncoding.EncodeToString(k.seal.Seal(nil, nil, []byte(text), []byte(use)))
}

// ErrSeal is returned by Unseal for anything that Seal did not make.
var ErrSeal = errors.New("link: broken seal")

// Unseal returns the text that was sealed for use.
func (k *Keyring) Unseal(use, sealed string) (string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return "", ErrSeal
	}
	text, err := k.seal.Open(nil, nil, b, []byte(use))
	if err != nil {
		return "", ErrSeal
	}
	return string(text), nil
}

// NewSecret returns a secret for a new site.
func NewSecret() []byte {
	b := make([]byte, MinSecret)
	rand.Read(b) // never fails: see crypto/rand
	return b
}
