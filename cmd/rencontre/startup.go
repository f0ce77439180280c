package main

import (
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration/address"
)

// logFlags say how the site logs.
type logFlags struct {
	LogFormat string `name:"log-format" enum:"text,json" default:"text" help:"text or json."`
	LogLevel  string `name:"log-level" enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
}

// logger returns the log, on standard error.
func (f logFlags) logger(t terminal) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.LogLevel)); err != nil {
		panic("rencontre: log level: " + err.Error()) // the flag is an enumeration
	}
	o := &slog.HandlerOptions{Level: level}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.err, o))
	}
	return slog.New(slog.NewTextHandler(t.err, o))
}

// publicName returns the address of the database without its secrets.
func (f databaseFlag) publicName() string {
	if path := f.file(); path != "" {
		return "sqlite:" + path
	}
	u, err := url.Parse(f.Database)
	if err != nil {
		return "postgres"
	}
	u.RawQuery = "" // may hold a password
	return u.Redacted()
}

// off lists the features that the flags switch off or leave out.
func (c serveCmd) off() string {
	var list []string
	if c.Limits == "off" {
		list = append(list, "limits")
	}
	if c.Metrics == "" {
		list = append(list, "metrics")
	}
	if len(c.DKIMKey) == 0 {
		list = append(list, "dkim")
	}
	return strings.Join(list, " ")
}

// warnings lists what an operator should know about the arguments, the environment
// and the listening address that the site was started with.
func (c serveCmd) warnings(listens net.Addr, args, environment []string) (list []string) {
	if u, err := url.Parse(c.Database); err == nil && c.server() && slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, c.Database) }) {
		if _, has := u.User.Password(); has || u.Query().Has("password") {
			list = append(list, "--database has a password that other users of this machine can read: put the address into RENCONTRE_DATABASE")
		}
	}
	if c.Limits == "off" {
		list = append(list, "--limits off: nothing keeps robots from taking every seat; for rehearsals only")
	}
	if base, err := url.Parse(c.BaseURL); err == nil && base.Scheme == "http" && !loopbackHost(base.Hostname()) {
		list = append(list, "--base-url is plain http: what people send can be read on its way; use https")
	}
	if a, ok := listens.(*net.TCPAddr); ok && !a.IP.IsLoopback() && !a.IP.IsPrivate() {
		list = append(list, "--listen is an address that others can reach, and speaks no https: listen on 127.0.0.1 behind a reverse proxy")
	}
	for _, name := range unknownVariables(environment) {
		list = append(list, name+" is no variable of this program and has no effect: see rencontre serve --help")
	}
	return list
}

// validContact reports whether text is a contact for security.txt: empty, an e-mail
// address, or the address of a page.
func validContact(text string) bool {
	if _, ok := address.Parse(text); ok || text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto" || u.Scheme == "tel") && !strings.ContainsAny(text, "\r\n")
}

func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
