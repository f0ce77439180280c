package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// heavy skips what make verify alone runs, and fails there if a program is missing.
func heavy(t *testing.T, programs ...string) {
	t.Helper()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to check docs/deploy with the programs that read it")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil && os.Getenv("TEST_REQUIRE") != "" {
			t.Fatal(err)
		} else if err != nil {
			t.Skip(err)
		}
	}
}

// deployed returns a file of docs/deploy with each old text replaced by the new
// one that follows it; each must be there.
func deployed(t *testing.T, name string, pairs ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../docs/deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s has no %q", name, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDeployedVariables: every setting of the example is one that the program knows.
func TestDeployedVariables(t *testing.T) {
	t.Parallel()
	var set []string
	for line := range strings.Lines(deployed(t, "rencontre.env")) {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "#"); strings.HasPrefix(line, "RENCONTRE_") {
			set = append(set, line)
		}
	}
	if len(set) < 5 {
		t.Fatalf("%d settings: looked for them in the wrong way", len(set))
	}
	if unknown := unknownVariables(append(set, "RENCONTRE_COLOUR=blue")); !cmp.Equal(unknown, []string{"RENCONTRE_COLOUR"}) {
		t.Errorf("unknown: %v", unknown)
	}
}

// TestUnits asks systemd whether it understands the units, and how much of the
// machine they are open to (0 nothing, 10 everything).
func TestUnits(t *testing.T) {
	t.Parallel()
	heavy(t, "systemd-analyze")
	dir := t.TempDir()
	var services, all []string
	for name, program := range map[string]string{
		"rencontre.service": "/usr/local/bin/rencontre", "rencontre@.service": "/usr/local/bin/rencontre",
		"rencontre-backup.service": "/usr/local/lib/rencontre/backup", "rencontre-backup.timer": "",
	} {
		var pairs []string
		if program != "" { // it is not installed here
			pairs = []string{program, "/bin/true"}
			services = append(services, filepath.Join(dir, name))
		}
		write(t, filepath.Join(dir, name), deployed(t, name, pairs...))
		all = append(all, filepath.Join(dir, strings.Replace(name, "@.", "@0.", 1)))
	}
	if out, err := exec.CommandContext(t.Context(), "systemd-analyze", append([]string{"verify", "--man=no"}, all...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	for _, s := range services {
		if out, err := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--threshold=20", s).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", s, err, out)
		}
	}
}

// proxyServers are the reverse proxies for which docs/deploy has a configuration.
var proxyServers = []struct {
	name  string
	start func(t *testing.T, listen, plain, upstream, cert, key string) func() string
}{{"nginx", startNginx}, {"caddy", startCaddy}}

// TestProxies puts the real nginx and the real Caddy, configured as docs/deploy
// says, in front of the site: each visitor is a network of its own, whatever they
// claim to be, and behind a proxy that is not trusted all of them are one.
func TestProxies(t *testing.T) {
	t.Parallel()
	for _, p := range proxyServers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			heavy(t, p.name)
			for _, trust := range []struct {
				proxies string
				want    []string // networks in the log
				alarms  int
			}{
				{"127.0.0.1", []string{"127.0.0.2", "127.0.0.3"}, 0},
				{"192.0.2.1", []string{"127.0.0.1", "127.0.0.1"}, 1},
			} {
				site, log := served(t, "--trusted-proxy", trust.proxies)
				listen := freeAddress(t)
				cert, key, pool := certificate(t)
				p.start(t, listen, freeAddress(t), site, cert, key)
				for _, visitor := range []string{"127.0.0.2", "127.0.0.3"} {
					visit(t, pool, "https://"+listen, visitor, http.StatusNotFound)
				}
				if diff := cmp.Diff(trust.want, log.networks("token_refused")); diff != "" {
					t.Errorf("trusting %s (-want +got):\n%s\n%s", trust.proxies, diff, log)
				}
				if n := log.count("proxy_untrusted"); n != trust.alarms {
					t.Errorf("trusting %s: %d alarms, want %d", trust.proxies, n, trust.alarms)
				}
			}
		})
	}
}

// TestProxiesLogNoPath: a link that is followed while the site restarts, or typed
// without TLS, is a key to a sign-up all the same.
func TestProxiesLogNoPath(t *testing.T) {
	t.Parallel()
	for _, p := range proxyServers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			heavy(t, p.name)
			listen, plain := freeAddress(t), freeAddress(t)
			cert, key, pool := certificate(t)
			stop := p.start(t, listen, plain, freeAddress(t), cert, key)
			visit(t, pool, "https://"+listen, "127.0.0.1", http.StatusBadGateway)
			if p.name == "nginx" {
				visit(t, pool, "http://"+plain, "127.0.0.1", http.StatusMovedPermanently)
			}
			if said := stop(); strings.Contains(said, "mon-inscription") {
				t.Errorf("a log names the path:\n%s", said)
			}
		})
	}
}

// visit opens a page with a broken token, which the site notes with the network,
// from one of this machine's addresses, and claims another.
func visit(t *testing.T, pool *x509.CertPool, origin, from string, want int) {
	t.Helper()
	client := http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool},
		DialContext:     (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext,
	}
	defer client.CloseIdleConnections()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/mon-inscription/nothing", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", "203.0.113.7")
		res, err := client.RoundTrip(r)
		if err != nil && time.Now().Before(end) { // the proxy is starting
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: status %d, want %d", origin, res.StatusCode, want)
		}
		return
	}
}

// startNginx runs nginx until the test ends, or until what it returns is called,
// which gives all that it logged.
func startNginx(t *testing.T, listen, plain, upstream, cert, key string) func() string {
	dir := t.TempDir()
	server := deployed(t, "nginx.conf", "listen 80;", "listen "+plain+";", "listen [::]:80;", "",
		"listen 443 ssl http2;", "listen "+listen+" ssl http2;", "listen [::]:443 ssl http2;", "", "server 127.0.0.1:8080;", "server "+upstream+";",
		"/var/log/nginx", dir,
		"/etc/letsencrypt/live/inscriptions.example.org/fullchain.pem", cert, "/etc/letsencrypt/live/inscriptions.example.org/privkey.pem", key)
	conf := write(t, filepath.Join(dir, "main.conf"), fmt.Sprintf(`
		daemon off;
		pid %[1]s/pid;
		error_log %[1]s/error.log;
		events {}
		http {
			access_log %[1]s/access.log;
			client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
			uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
			%[2]s
		}`, dir, server))
	if out, err := exec.CommandContext(t.Context(), "nginx", "-t", "-p", dir, "-c", conf).CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	stop := background(t, exec.Command("nginx", "-p", dir, "-c", conf))
	return func() string {
		all := stop()
		for _, name := range []string{"access.log", "error.log"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Error(err)
			}
			all += string(b)
		}
		return all
	}
}

func startCaddy(t *testing.T, listen, _, upstream, cert, key string) func() string {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "caddy", "validate", "--adapter", "caddyfile", "--config", "../../docs/deploy/Caddyfile").CombinedOutput(); err != nil {
		t.Fatalf("caddy validate: %v\n%s", err, out)
	}
	file := deployed(t, "Caddyfile", "\n{\n", "\n{\n\tadmin off\n\tauto_https off\n",
		"inscriptions.example.org {", "https://"+listen+" {\n\ttls "+cert+" "+key, "127.0.0.1:8080", upstream)
	cmd := exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", write(t, filepath.Join(dir, "Caddyfile"), file))
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return background(t, cmd)
}

// background runs a server until the test ends, or until what it returns is
// called, which gives its output.
func background(t *testing.T, cmd *exec.Cmd) (stop func() string) {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceValue(func() string {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		return out.String()
	})
	t.Cleanup(func() {
		if said := stop(); t.Failed() {
			t.Logf("%s:\n%s", cmd.Path, said)
		}
	})
	return stop
}

// lines is a log that several write to.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// networks returns those of the lines of an event, in their order.
func (l *lines) networks(event string) (list []string) {
	for line := range strings.Lines(l.String()) {
		var e struct{ Event, Network string }
		if json.Unmarshal([]byte(line), &e) == nil && e.Event == event {
			list = append(list, e.Network)
		}
	}
	return list
}

func (l *lines) count(event string) int { return len(l.networks(event)) }

// served runs rencontre serve with the flags and returns its address and its log.
func served(t *testing.T, flags ...string) (address string, log *lines) {
	t.Helper()
	log, out := new(lines), new(lines)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int)
	go func() {
		ended <- run(ctx, append([]string{
			"serve", "--database", "sqlite:" + filepath.Join(t.TempDir(), "rencontre.db"), "--smtp", "smtp://127.0.0.1:9?tls=none",
			"--from", "inscriptions@example.org", "--base-url", "http://127.0.0.1:0", "--listen", "127.0.0.1:0", "--log-format", "json",
		}, flags...), out, log)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("serve ended with %d:\n%s", code, log)
		}
	})
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, at, ok := strings.Cut(out.String(), "site http://"); ok && strings.HasSuffix(at, "\n") {
			return strings.TrimSpace(at), log
		}
	}
	t.Fatalf("serve is not ready:\n%s", log)
	return "", nil
}

// freeAddress returns an address of this machine on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// certificate makes one for 127.0.0.1, as files and as what a client trusts.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(chain)
	cert = write(t, filepath.Join(dir, "cert.pem"), string(chain))
	key = write(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	return cert, key, pool
}
