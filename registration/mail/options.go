package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"
)

// Security is how the connection to the mail server is protected. The zero
// value is STARTTLS.
type Security int

// The ways of protection. There is no "STARTTLS if the server offers it": an
// attacker on the way could remove the offer.
const (
	STARTTLS    Security = iota // plain greeting, then TLS or nothing (RFC 3207)
	ImplicitTLS                 // TLS from the first byte (RFC 8314)
	Plaintext                   // for a server on this machine only
)

// Options say where and how a Sender submits messages. Only Addr must be
// given.
type Options struct {
	Addr     string // host:port
	Security Security
	Username string // "" for a server that asks for none
	Password string
	CAFile   string // PEM file of certificates to trust; "" means those of the system
	// LocalName is how the client introduces itself; "" means the machine's name.
	LocalName string
	// Idle is how many connections are kept for the next messages; 0 means 8.
	Idle int
	// Timeout bounds one submission, from dialling to the server's last word;
	// 0 means 2 minutes.
	Timeout time.Duration
}

// ParseURL reads options written as smtp://USER@HOST:587 (STARTTLS) or
// smtps://USER@HOST:465 (TLS from the start). User and port may be left out.
// The query may contain ca=FILE and, for a host on the loopback interface
// only, tls=none. A password in the address is refused, because addresses
// appear in logs and in lists of processes. Errors never show the address.
func ParseURL(s string) (Options, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return Options{}, errors.New("mail: want a mail server of the form smtp://user@host:587 or smtps://user@host:465")
	}
	if _, has := u.User.Password(); has {
		return Options{}, errors.New("mail: the password does not belong in the address of the mail server")
	}
	o := Options{Username: u.User.Username(), CAFile: u.Query().Get("ca")}
	port := u.Port()
	switch {
	case u.Scheme == "smtps" && port == "":
		port = "465"
	case port == "":
		port = "587"
	}
	o.Addr = net.JoinHostPort(u.Hostname(), port)
	switch u.Scheme {
	case "smtp":
	case "smtps":
		o.Security = ImplicitTLS
	default:
		return Options{}, errors.New("mail: the address of a mail server begins with smtp:// or smtps://")
	}
	return o, o.query(u)
}

func (o *Options) query(u *url.URL) error {
	q := u.Query()
	for key := range q {
		if key != "tls" && key != "ca" {
			return errors.New("mail: the address of a mail server takes ?tls=none and ?ca=FILE only")
		}
	}
	if !q.Has("tls") {
		return nil
	}
	if q.Get("tls") != "none" || u.Scheme != "smtp" {
		return errors.New("mail: ?tls= takes none, with smtp:// only")
	}
	o.Security = Plaintext
	return o.check()
}

// check returns what is wrong with the options, nil if nothing is.
func (o Options) check() error {
	host, _, err := net.SplitHostPort(o.Addr)
	switch {
	case err != nil || host == "":
		return errors.New("mail: want the mail server as host:port")
	case o.Security == Plaintext && !loopback(host):
		return errors.New("mail: without TLS only a mail server on this machine (localhost, 127.0.0.1, ::1) is used")
	case o.Security < STARTTLS || o.Security > Plaintext:
		return errors.New("mail: unknown protection of the connection")
	case o.Timeout < 0 || o.Idle < 0:
		return errors.New("mail: negative time-out or number of connections")
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tlsConfig returns the TLS settings for a connection to the server.
func (o Options) tlsConfig() (*tls.Config, error) {
	host, _, _ := net.SplitHostPort(o.Addr)
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if o.CAFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, fmt.Errorf("mail: certificates to trust: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("mail: no certificate in the file of those to trust")
	}
	return c, nil
}
