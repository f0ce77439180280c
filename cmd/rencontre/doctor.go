package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// doctorCmd is `rencontre doctor`.
type doctorCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	mailFlags
	ClockIsRight bool          `help:"Confirm that the site's clock is right although it has leapt, so that data which is due is deleted again."`
	Resolver     string        `placeholder:"HOST:PORT" help:"Ask this name server instead of the system's."`
	Patience     time.Duration `default:"10s" help:"How long to wait for each answer."`
}

// verdict is the outcome of one check.
type verdict string

const (
	good    verdict = "ok"
	bad     verdict = "fail"    // mails or sign-ups will suffer
	advice  verdict = "warn"    // they may
	unknown verdict = "unknown" // this machine cannot see it
)

// finding is a line of the report.
type finding struct {
	verdict       verdict
	subject, text string
}

// errSick makes the command exit with 1 after its report.
var errSick = errors.New("something must be put right: see the lines that begin with fail")

// Run checks everything and goes on after a failure.
func (c doctorCmd) Run(ctx context.Context, t terminal) error {
	findings := append(c.examine(ctx),
		finding{unknown, "delivery", "whether other servers take these mails for unwanted: send one to a mailbox of each large provider"},
		finding{unknown, "reverse", "whether the addresses from which the mail server sends have a name that leads back to them"})
	var sick error
	for _, f := range findings {
		if f.verdict == bad {
			sick = errSick
		}
		if _, err := fmt.Fprintf(t.out, "%-8s%-10s%s\n", f.verdict, f.subject, f.text); err != nil {
			return err
		}
	}
	return sick
}

// examine makes all checks: of the database, the key, the mail server and the DNS.
func (c doctorCmd) examine(ctx context.Context) []finding {
	return slices.Concat(c.database(ctx), []finding{c.secret(), c.server(ctx)}, c.names(ctx))
}

// complaints lists the subjects of findings that are not good.
func (c doctorCmd) complaints(ctx context.Context) (list []string) {
	for _, f := range c.examine(ctx) {
		if (f.verdict == bad || f.verdict == advice) && !slices.Contains(list, f.subject) {
			list = append(list, f.subject)
		}
	}
	return list
}

// missing reports whether there is no database or key file at path. Opening it would
// create it.
func missing(path string) bool {
	_, err := os.Stat(path)
	return path != "" && errors.Is(err, os.ErrNotExist)
}

// database checks the contents of the database. Opening it migrates its schema, as
// serve does.
func (c doctorCmd) database(ctx context.Context) []finding {
	if missing(c.file()) {
		return []finding{{advice, "database", "there is none yet: serve makes it"}}
	}
	o, err := c.open(ctx, opening{clock: c.clockFlag})
	if err != nil {
		return []finding{{bad, "database", err.Error()}}
	}
	defer o.Close()
	v, err := o.store.SchemaVersion(ctx)
	if err != nil {
		return []finding{{bad, "database", err.Error()}}
	}
	b, err := o.store.Backlog(ctx, time.Now())
	if err != nil {
		return []finding{{bad, "database", err.Error()}}
	}
	state := finding{good, "database", fmt.Sprintf("schema %d; mail: %d waiting, %d parked", v, b.Waiting, b.Parked)}
	if err := c.fits(ctx, c.databaseFlag, o.store); err != nil {
		state = finding{bad, "secret", err.Error()}
	}
	all := []finding{state, c.clockOf(ctx, o.Desk)}
	if c.file() == "" {
		all = append(all, clocksApart(ctx, o.store)...)
	}
	all = append(append(all, proxies(ctx, o.store)), meetings(ctx, o.store)...)
	return append(all, deletions(ctx, o.Desk)...)
}

// mostApart is how far the clocks of this machine and of the database server may be
// apart. Once those of two machines are a minute apart, one takes over the mails that
// the other is sending.
const mostApart = 20 * time.Second

// clocksApart reports that this machine's clock and the database server's differ.
func clocksApart(ctx context.Context, store *sqldb.Store) []finding {
	var server time.Time
	err := store.ChangeClock(ctx, func(r registration.ClockRecord, at time.Time) registration.ClockRecord {
		server = at
		return r
	})
	if err != nil {
		return []finding{{bad, "clock", err.Error()}}
	}
	apart := time.Since(server).Abs()
	if apart < mostApart {
		return nil
	}
	return []finding{{advice, "clock", fmt.Sprintf("this machine's clock and that of the database server are %v apart: have all machines that serve the site set theirs by NTP; with a minute between two of them mails are sent twice", apart.Round(time.Second))}}
}

// proxies reports peers that send X-Forwarded-For without being trusted proxies.
func proxies(ctx context.Context, store *sqldb.Store) finding {
	peers, err := store.UntrustedProxies(ctx)
	switch {
	case err != nil:
		return finding{bad, "proxy", err.Error()}
	case len(peers) > 0:
		return finding{advice, "proxy", strings.Join(peers, ", ") + ": sent X-Forwarded-For within two days and is no trusted proxy; if it is yours, name it with --trusted-proxy, because all its visitors count as one network now"}
	}
	return finding{good, "proxy", "nobody who is not trusted sends X-Forwarded-For"}
}

// meetings lists mistakes in configurations that an older version accepted. Such a
// meeting goes on working, and cannot be changed before its mistakes are
// corrected.
func meetings(ctx context.Context, store *sqldb.Store) []finding {
	all, err := store.Meetings(ctx)
	if err != nil {
		return []finding{{bad, "meeting", err.Error()}}
	}
	var findings []finding
	for _, m := range all {
		if m.Broken != "" {
			findings = append(findings, finding{bad, "meeting", m.Slug + ": " + m.Broken + ": apply its file again, or bring a version back on the page of its settings"})
			continue
		}
		if wrong, ok := errors.AsType[*validation.Error](m.Check()); ok {
			for _, f := range wrong.Fields {
				findings = append(findings, finding{advice, "meeting", m.Slug + ": " + f.Path + ": " + f.Message("en")})
			}
		}
		taken, err := store.Occupancy(ctx, m.Slug)
		if err != nil {
			return append(findings, finding{bad, "meeting", err.Error()})
		}
		for _, o := range taken {
			if _, kept := m.Capacity(o.Session); !kept && o.Taken > 0 {
				findings = append(findings, finding{advice, "meeting", fmt.Sprintf("%s: sessions[%s]: taken out while people have seats in it (%d): add it again, with closed: true", m.Slug, o.Session, o.Taken)})
			}
		}
	}
	return findings
}

// clockOf reports whether the clock by which data is deleted is trusted. With
// --clock-is-right it first confirms the clock.
func (c doctorCmd) clockOf(ctx context.Context, desk *registration.Desk) finding {
	ask := desk.ClockRecord
	if c.ClockIsRight {
		ask = desk.ConfirmClock
	}
	r, err := ask(ctx)
	switch {
	case err != nil:
		return finding{bad, "clock", err.Error()}
	case r.InDoubt():
		text := fmt.Sprintf("it leapt from %s to %s: nothing is deleted before %d further hourly runs of serve", instant(r.Trusted), instant(r.Doubted), r.MissingTicks())
		if r.MissingTicks() == 0 {
			text = fmt.Sprintf("it leapt from %s to %s", instant(r.Trusted), instant(r.Doubted))
		}
		if r.NeedsConfirmation() {
			text += ", and before `rencontre doctor --clock-is-right` if it is right"
		} else if r.Confirmed {
			text += "; it is confirmed to be right"
		}
		return finding{advice, "clock", text}
	case r.Trusted.IsZero():
		return finding{good, "clock", "serve has not looked yet for what is to be deleted"}
	}
	return finding{good, "clock", "what is due was last deleted at " + instant(r.Trusted)}
}

// instant writes an instant as the report does.
func instant(at time.Time) string { return at.In(registration.Paris).Format(time.RFC3339) }

// deletions lists the next deletions and their days.
func deletions(ctx context.Context, desk *registration.Desk) (all []finding) {
	next, err := desk.NextDeletions(ctx)
	if err != nil {
		all = append(all, finding{bad, "deletion", err.Error()})
	}
	for _, d := range next {
		what := "everything that tells who signed up"
		if d.Question != "" {
			what = "answers to " + d.Question
		}
		when := instant(d.At)
		if !d.At.After(desk.Now()) {
			when = "at the next hourly run of serve by a clock that is trusted"
		}
		all = append(all, finding{good, "deletion", fmt.Sprintf("%s: %s: %s", d.Meeting, what, when)})
	}
	if len(all) == 0 {
		all = append(all, finding{good, "deletion", "nothing is due to be deleted"})
	}
	return all
}

func (c doctorCmd) secret() finding {
	if os.Getenv("RENCONTRE_SECRET") == "" && c.SecretFile == "" && c.file() != "" && missing(c.file()+".secret") {
		return finding{advice, "secret", "there is none yet: serve makes it beside the database"}
	}
	if _, err := c.existing(c.databaseFlag); err != nil {
		return finding{bad, "secret", err.Error()}
	}
	return finding{good, "secret", "long enough"}
}

// server connects to the mail server and signs in, without sending anything.
func (c doctorCmd) server(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	sender, err := c.sender()
	if err != nil {
		return finding{bad, "smtp", err.Error()}
	}
	if err := sender.Check(ctx); err != nil {
		return finding{bad, "smtp", err.Error()}
	}
	return finding{good, "smtp", "the mail server lets us in"}
}

// names checks the DNS records of the sender's domain.
func (c doctorCmd) names(ctx context.Context) []finding {
	domain, err := c.domain()
	if err != nil {
		return []finding{{bad, "from", err.Error()}}
	}
	keys, err := c.keys()
	if err != nil {
		return []finding{{bad, "dkim", err.Error()}}
	}
	var all []finding
	if len(keys) == 0 {
		all = append(all, finding{advice, "dkim", "no --dkim-key: mails are signed only if the mail server does it"})
	}
	for _, k := range keys {
		all = append(all, c.dkim(ctx, k))
	}
	return append(all, c.spf(ctx, domain), c.dmarc(ctx, domain))
}

func (c doctorCmd) dkim(ctx context.Context, k mail.Key) finding {
	name, want := k.Record()
	records, lost := c.txt(ctx, name)
	if lost != nil {
		return finding{unknown, "dkim", name + ": " + lost.Error()}
	}
	for _, r := range records {
		if tag(r, "p") == tag(want, "p") {
			return finding{good, "dkim", name + " has the key"}
		}
	}
	if len(records) > 0 {
		return finding{bad, "dkim", name + " has another key; publish: " + k.Zone()}
	}
	return finding{bad, "dkim", name + " is not there; publish: " + k.Zone()}
}

// tag returns the value of a tag in a list as DKIM and DMARC write it.
func tag(record, name string) string {
	for part := range strings.SplitSeq(record, ";") {
		if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == name {
			return strings.Join(strings.Fields(v), "")
		}
	}
	return ""
}

func (c doctorCmd) spf(ctx context.Context, domain string) finding {
	all, lost := c.txt(ctx, domain)
	if lost != nil {
		return finding{unknown, "spf", domain + ": " + lost.Error()}
	}
	var records []string
	for _, r := range all {
		if r == "v=spf1" || strings.HasPrefix(r, "v=spf1 ") {
			records = append(records, r)
		}
	}
	switch len(records) {
	case 0:
		return finding{advice, "spf", domain + " names no servers that may send for it (RFC 7208)"}
	case 1:
		return finding{good, "spf", records[0] + " (whether it holds the addresses from which the mail server sends cannot be seen from here)"}
	}
	return finding{bad, "spf", domain + " has several records: receivers then use none (RFC 7208, 4.5)"}
}

// dmarc looks for the record where receivers do: at the domain, then at the domain
// of its organisation, and nowhere between (RFC 7489, 6.6.3).
func (c doctorCmd) dmarc(ctx context.Context, domain string) finding {
	places := []string{domain}
	if organisation, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil && organisation != domain {
		places = append(places, organisation)
	}
	for _, d := range places {
		records, lost := c.txt(ctx, "_dmarc."+d)
		if lost != nil {
			return finding{unknown, "dmarc", "_dmarc." + d + ": " + lost.Error()}
		}
		records = slices.DeleteFunc(records, func(r string) bool { return tag(r, "v") != "DMARC1" })
		if len(records) > 1 {
			return finding{bad, "dmarc", "_dmarc." + d + " has several records: receivers then use none (RFC 7489, 6.6.3)"}
		}
		for _, r := range records {
			policy := "p=" + tag(r, "p")
			if sp := tag(r, "sp"); d != domain && sp != "" {
				policy = "sp=" + sp
			}
			return finding{good, "dmarc", "_dmarc." + d + ": " + policy}
		}
	}
	return finding{advice, "dmarc", "no record for " + domain + ": large receivers ask for one (RFC 7489)"}
}

// txt returns the TXT records of a name, nil if it does not exist, and an error if
// no server answers.
func (c doctorCmd) txt(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	r := &net.Resolver{}
	if c.Resolver != "" {
		r.PreferGo = true
		r.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, c.Resolver)
		}
	}
	records, err := r.LookupTXT(ctx, name+".")
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, errors.New("the DNS does not answer")
	}
	return records, nil
}
