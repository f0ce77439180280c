package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/territoires-industrie/sdk/registration"
)

// Algorithm is how a DKIM key signs.
type Algorithm string

// The algorithms. Every verifier knows RSA. Ed25519 (RFC 8463) signs ten
// times as fast, but some large receivers ignore it, so a domain with an
// Ed25519 key signs with an RSA key as well.
const (
	RSA     Algorithm = "rsa" // 2048 bits
	Ed25519 Algorithm = "ed25519"
)

// minRSA is the smallest length of an RSA key, in bits: RFC 8301 tells
// signers to use 2048 or more.
const minRSA = 2048

// Key is a DKIM key and the place in the DNS where its public half is
// published. Get one from [GenerateKey] or [ParseKey].
type Key struct {
	Domain   string // the domain that signs: that of the sender's address, or a parent of it
	Selector string // names this key among the domain's
	private  crypto.Signer
}

// dnsLabel matches a selector and a domain (RFC 6376, 3.1).
var dnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

func newKey(domain, selector string, private crypto.Signer) (Key, error) {
	domain = strings.ToLower(domain)
	if !dnsLabel.MatchString(domain) || !strings.Contains(domain, ".") || !dnsLabel.MatchString(selector) {
		return Key{}, errors.New("mail: DKIM wants a domain such as exemple.fr and a selector such as rencontre2019")
	}
	return Key{domain, selector, private}, nil
}

// GenerateKey makes a new key.
func GenerateKey(a Algorithm, domain, selector string) (Key, error) {
	var private crypto.Signer
	var err error
	switch a {
	case RSA:
		private, err = rsa.GenerateKey(rand.Reader, minRSA)
	case Ed25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		return Key{}, fmt.Errorf("mail: unknown DKIM algorithm %q: want rsa or ed25519", a)
	}
	if err != nil {
		return Key{}, fmt.Errorf("mail: DKIM key: %w", err)
	}
	return newKey(domain, selector, private)
}

// ParseKey reads a private key in PEM form. It takes PKCS #8, which [Key.PEM]
// writes, and PKCS #1, which opendkim-genkey writes. Its errors never show
// the key.
func ParseKey(file []byte, domain, selector string) (Key, error) {
	block, _ := pem.Decode(file)
	if block == nil {
		return Key{}, errors.New("mail: DKIM key: want a PEM file")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if block.Type == "RSA PRIVATE KEY" {
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	if err != nil {
		return Key{}, errors.New("mail: DKIM key: want a private key, not encrypted, in PKCS #8")
	}
	switch k := parsed.(type) {
	case ed25519.PrivateKey:
		return newKey(domain, selector, k)
	case *rsa.PrivateKey:
		if k.N.BitLen() < minRSA {
			return Key{}, fmt.Errorf("mail: DKIM key of %d bits, want %d or more", k.N.BitLen(), minRSA)
		}
		return newKey(domain, selector, k)
	}
	return Key{}, errors.New("mail: DKIM key: want RSA or Ed25519")
}

// Covers reports whether the key may sign for senders at domain: the key's
// own domain or one below it.
func (k Key) Covers(domain string) bool {
	domain = strings.ToLower(domain)
	return domain == k.Domain || strings.HasSuffix(domain, "."+k.Domain)
}

// PEM returns the private key as a PKCS #8 file: a secret.
func (k Key) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("mail: DKIM key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Record returns the TXT record to publish: its name, and its value as a
// verifier reads it (RFC 6376, 3.6.1).
func (k Key) Record() (name, value string) {
	var public []byte
	algorithm := RSA
	switch p := k.private.Public().(type) {
	case ed25519.PublicKey:
		algorithm, public = Ed25519, p
	case *rsa.PublicKey:
		public, _ = x509.MarshalPKIXPublicKey(p) // never fails for RSA
	}
	return k.Selector + "._domainkey." + k.Domain,
		"v=DKIM1; k=" + string(algorithm) + "; p=" + base64.StdEncoding.EncodeToString(public)
}

// Zone returns the record as a line of a zone file. A string there holds 255
// octets at most, so a long value is cut into several.
func (k Key) Zone() string {
	name, value := k.Record()
	var parts []string
	for len(value) > 255 {
		parts, value = append(parts, value[:255]), value[255:]
	}
	return name + `. IN TXT ( "` + strings.Join(append(parts, value), `" "`) + `" )`
}

// signedFields are the header fields that a signature covers: those that
// people read or programs act on (RFC 6376, 5.4.1). A field is named twice so
// that a second one cannot be added without breaking the signature.
var signedFields = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-Id", "Reply-To", "Reply-To",
	"Mime-Version", "Content-Type", "Content-Type", "Auto-Submitted", "X-Rencontre-Kind",
}

// Signer is a composer that adds DKIM signatures to the messages of another
// composer. It may be used by many goroutines.
type Signer struct {
	composer registration.Composer
	keys     []Key
}

var _ registration.Composer = (*Signer)(nil)

// NewSigner returns a composer that signs the messages of c once with each
// key.
func NewSigner(c registration.Composer, keys ...Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("mail: a signer needs a DKIM key")
	}
	for _, k := range keys {
		if k.private == nil {
			return nil, errors.New("mail: an empty DKIM key")
		}
	}
	return &Signer{composer: c, keys: keys}, nil
}

// Compose writes and signs the message of a letter. Besides the errors of the
// composer it returns one if a key may not sign for the sender's domain:
// receivers would not count such a signature (DMARC, RFC 7489, 3.1.1).
func (s *Signer) Compose(l registration.Letter) (registration.Message, error) {
	m, err := s.composer.Compose(l)
	if err != nil {
		return m, err
	}
	domain := strings.ToLower(m.From[strings.LastIndexByte(m.From, '@')+1:])
	var signatures bytes.Buffer
	for _, k := range s.keys {
		if !k.Covers(domain) {
			return registration.Message{}, fmt.Errorf("mail: the DKIM key of %s cannot sign for %s", k.Domain, domain)
		}
		field, err := k.sign(m.Data)
		if err != nil {
			return registration.Message{}, fmt.Errorf("mail: %w", err)
		}
		signatures.WriteString(field)
	}
	m.Data = append(signatures.Bytes(), m.Data...)
	return m, nil
}

// sign returns the header field of a signature. The relaxed canonicalization
// keeps it valid when a relay folds lines anew.
func (k Key) sign(data []byte) (string, error) {
	s, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: k.Domain, Selector: k.Selector, Signer: k.private, HeaderKeys: signedFields,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return "", err
	}
	_, err = s.Write(data)
	if err := errors.Join(err, s.Close()); err != nil {
		return "", err
	}
	return s.Signature(), nil
}
