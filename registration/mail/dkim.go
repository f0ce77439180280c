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

// The algorithms. Every verifier knows RSA; Ed25519 (RFC 8463) signs an order
// of magnitude faster, but some large receivers ignore it, so a domain that
// has it signs with RSA as well.
const (
	RSA     Algorithm = "rsa" // 2048 bits
	Ed25519 Algorithm = "ed25519"
)

// minRSA is the least length of a key: RFC 8301 wants verifiers to take 1024
// bits and signers to use 2048.
const minRSA = 2048

// Key is a DKIM key and the place in the DNS where its public half is
// published. Get one from [GenerateKey] or [ParseKey].
type Key struct {
	Domain   string // that signs: of the sender's address, or a parent of it
	Selector string // names this key among the domain's
	private  crypto.Signer
}

// label matches what a selector and a domain are made of (RFC 6376, 3.1).
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

func newKey(domain, selector string, private crypto.Signer) (Key, error) {
	domain = strings.ToLower(domain)
	if !label.MatchString(domain) || !strings.Contains(domain, ".") || !label.MatchString(selector) {
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

// ParseKey reads a private key in PEM: PKCS #8, as [Key.PEM] writes it, or PKCS
// #1, as opendkim-genkey does. Its errors never show the key.
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

// Covers reports whether the key may sign for senders of domain: its own or one
// below it.
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

// signed are the header fields that a signature covers: those that people and
// programs act on (RFC 6376, 5.4.1). Fields that must be there once are named
// twice, so that nobody can add another.
var signed = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-Id", "Reply-To", "Reply-To",
	"Mime-Version", "Content-Type", "Content-Type", "Auto-Submitted", "X-Rencontre-Kind",
}

// Signer is a Composer that signs what another one writes. It may be used by
// many goroutines.
type Signer struct {
	composer registration.Composer
	keys     []Key
}

var _ registration.Composer = (*Signer)(nil)

// NewSigner returns a composer that signs the messages of c with every key:
// one signature for each.
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
// composer it returns one if a key belongs to another domain than the sender:
// the signature would not count (DMARC, RFC 7489, 3.1.1).
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

// sign returns the header field of a signature. Relaxed canonicalization lets
// relays fold lines anew.
func (k Key) sign(data []byte) (string, error) {
	s, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: k.Domain, Selector: k.Selector, Signer: k.private, HeaderKeys: signed,
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
