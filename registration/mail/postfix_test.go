package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// postfix is a running Postfix with its own configuration, queue and ports.
// It delivers everything that it accepts to one Maildir.
type postfix struct {
	addr, caFile, inbox string
}

// startPostfix runs Debian's Postfix on the loopback interface, with
// STARTTLS, AUTH by a password file, one recipient that is greylisted and one
// that does not exist.
func startPostfix(t *testing.T) postfix {
	t.Helper()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to submit to Postfix")
	}
	if os.Getuid() != 0 {
		t.Fatal("Postfix starts as root only")
	}
	dir, err := os.MkdirTemp("", "postfix") // t.TempDir shuts out Postfix's own user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l := listen(t)
	p := postfix{addr: l.Addr().String(), inbox: filepath.Join(dir, "mail", "inbox", "new")}
	l.Close()
	p.caFile = filepath.Join(dir, "cert.pem")
	command(t, dir, "", "mkdir", "-p", "sasl", "queue", "data", "mail")
	for name, content := range postfixFiles(t, dir, p.addr) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command(t, dir, "", "chown", "postfix", "data")
	command(t, dir, "", "chown", "nobody", "mail")
	command(t, dir, "", "chmod", "755", ".")
	command(t, dir, "ouvre-toi", "saslpasswd2", "-c", "-p", "-f", "sasldb2", "-u", "exemple.fr", "zoe")
	command(t, dir, "", "chmod", "644", "sasldb2")
	command(t, dir, "", "postfix", "-c", dir, "start")
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("Postfix's log ends:\n%s", log[max(0, len(log)-4000):])
		}
		exec.Command("postfix", "-c", dir, "stop").Run()
	})
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) { // until it listens
		if c, err := net.Dial("tcp", p.addr); err == nil {
			c.Close()
			return p
		}
	}
	t.Fatal("Postfix does not listen")
	return p
}

// command runs a program in dir with input on its standard input.
func command(t *testing.T, dir, input string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Dir, c.Stdin = dir, strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v (Debian: apt-get install postfix sasl2-bin libsasl2-modules)\n%s", args, err, out)
	}
}

func postfixFiles(t *testing.T, dir, addr string) map[string]string {
	t.Helper()
	config := (&server{}).certificate(t)
	chain := config.Certificates[0]
	key, err := x509.MarshalECPrivateKey(chain.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"cert.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: chain.Certificate[0]})),
		"key.pem":  string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})),
		// Where Debian's Postfix looks for it.
		"sasl/smtpd.conf": "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: " + dir + "/sasldb2\nmech_list: PLAIN LOGIN\n",
		"main.cf": strings.ReplaceAll(`compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
maillog_file = DIR/log
maillog_file_prefixes = /tmp, DIR
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.exemple.fr
mydestination =
mynetworks =
alias_maps =
alias_database =
virtual_mailbox_domains = exemple.fr, xn--bcher-kva.example
virtual_mailbox_base = DIR/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_cert_file = DIR/cert.pem
smtpd_tls_key_file = DIR/key.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = exemple.fr
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{grey@exemple.fr = 451 4.7.1 greylisted}, {nobody@exemple.fr = 550 5.1.1 no such mailbox}}, permit_sasl_authenticated, reject
`, "DIR", dir),
		"master.cf": addr + ` inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`,
	}
}

func TestPostfix(t *testing.T) {
	p := startPostfix(t)
	options := Options{Addr: p.addr, Username: "zoe", Password: "ouvre-toi", CAFile: p.caFile, Idle: 8}
	s := newSender(t, options)
	to := func(address string) registration.Message {
		l := letter(registration.MailConfirmed, registration.French)
		l.Signup.Email = address
		return compose(t, l)
	}
	for address, want := range map[string]*registration.SendError{
		"grey@exemple.fr":   {Recipient: true, Code: 451, Reply: "451 4.7.1 … Recipient address rejected: greylisted"},
		"nobody@exemple.fr": {Permanent: true, Recipient: true, Code: 550, Reply: "550 5.1.1 … Recipient address rejected: no such mailbox"},
	} {
		got, ok := errors.AsType[*registration.SendError](s.Send(t.Context(), to(address)))
		if !ok || *got != *want {
			t.Errorf("%s: %+v, want %+v", address, got, want)
		}
	}
	wrong := options
	wrong.Password = "non"
	if refused, ok := errors.AsType[*registration.SendError](newSender(t, wrong).Send(t.Context(), to("a@exemple.fr"))); !ok || refused.Permanent {
		t.Errorf("a wrong password: %+v, want a temporary refusal", refused)
	}
	for _, address := range []string{"zoé@exemple.fr", "zoe+ti@bücher.example"} {
		if err := s.Send(t.Context(), to(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	p.eightBits(t, s, to("zoe@exemple.fr"))
	if !t.Failed() {
		p.thousand(t, s, to("zoe@exemple.fr"))
	}
}

// eightBits checks that Postfix offers 8BITMIME and SMTPUTF8, that our mails
// use SMTPUTF8 only for an address that needs it, and that a body in 8 bits
// arrives unchanged.
func (p postfix) eightBits(t *testing.T, s *Sender, m registration.Message) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"8BITMIME", "SMTPUTF8"} {
		if ok, _ := c.Extension(name); !ok {
			t.Errorf("Postfix does not offer %s: the test shows nothing", name)
		}
	}
	c.hangUp()
	beyond := 0
	for _, data := range p.delivered(t, 2) {
		head, body, _ := bytes.Cut(data, []byte("\n\n"))
		if !isASCII(string(body)) || !bytes.Contains(body, []byte("quoted-printable")) {
			t.Error("the body of our own mail is not quoted-printable")
		}
		if !isASCII(string(head)) {
			beyond++
			if !bytes.Contains(head, []byte("<zoé@exemple.fr>")) || !bytes.Contains(head, []byte("UTF8SMTP")) {
				t.Errorf("a header beyond ASCII that no address needs:\n%s", head)
			}
		}
	}
	if beyond != 1 {
		t.Errorf("%d of two mails have UTF-8 in the header, want that to zoé@exemple.fr", beyond)
	}
	text := "L’été, un œuf : ça va."
	m.Data = []byte("From: a@exemple.fr\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text + "\r\n")
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, data := range p.delivered(t, 3) {
		if bytes.Contains(data, []byte(text)) {
			whole++
			if !bytes.Contains(data, []byte("Content-Transfer-Encoding: 8bit")) {
				t.Error("the body in 8 bits was written anew on its way")
			}
			p.forget(t, text)
		}
	}
	if whole != 1 {
		t.Errorf("%d bodies in 8 bits arrived, want one", whole)
	}
}

// delivered waits for n messages in the Maildir and returns them.
func (p postfix) delivered(t *testing.T, n int) (all [][]byte) {
	t.Helper()
	var names []os.DirEntry
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline) && len(names) < n; time.Sleep(20 * time.Millisecond) {
		names, _ = os.ReadDir(p.inbox)
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(p.inbox, name.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// forget removes the message with this text: it has no calendar entry.
func (p postfix) forget(t *testing.T, text string) {
	t.Helper()
	names, err := os.ReadDir(p.inbox)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		file := filepath.Join(p.inbox, n.Name())
		if b, err := os.ReadFile(file); err == nil && bytes.Contains(b, []byte(text)) {
			os.Remove(file)
		}
	}
}

// thousand submits 998 more messages over eight connections and looks for all
// in the Maildir, whole.
func (p postfix) thousand(t *testing.T, s *Sender, m registration.Message) {
	t.Helper()
	start := time.Now()
	work := make(chan int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range work {
				if err := s.Send(t.Context(), m); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 998 {
		work <- i
	}
	close(work)
	wg.Wait()
	t.Logf("998 messages in %v", time.Since(start))
	var names []os.DirEntry
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline) && len(names) < 1000; time.Sleep(100 * time.Millisecond) {
		names, _ = os.ReadDir(p.inbox)
	}
	if len(names) != 1000 {
		t.Fatalf("%d messages delivered, want 1000", len(names))
	}
	whole := 0
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(p.inbox, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
		if strings.Contains(fmt.Sprint(parse(t, b).files), "BEGIN:VCALENDAR") {
			whole++
		}
	}
	if whole != 1000 {
		t.Errorf("%d of 1000 messages are whole", whole)
	}
}
