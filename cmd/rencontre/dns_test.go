package main

import (
	"net"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/dns/dnsmessage"
)

// nameServer is the command of scripts
//
//	dns NAME FILE
//
// It starts a name server whose TXT records are the lines "name value" of FILE,
// read anew for each question, and puts its address into the variable NAME.
// Other names do not exist.
func nameServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: dns NAME FILE")
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	ts.Check(err)
	var done sync.WaitGroup
	ts.Defer(done.Wait)
	ts.Defer(func() { conn.Close() })
	ts.Setenv(args[0], conn.LocalAddr().String())
	lines := ts.ReadFile(args[1])
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := answerDNS(buf[:n], lines); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	})
}

// answerDNS answers one question from lines "name value".
func answerDNS(question []byte, lines string) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	for line := range strings.SplitSeq(lines, "\n") {
		name, value, ok := strings.Cut(line, " ")
		if !ok || name+"." != q.Name.String() {
			continue
		}
		var parts []string
		for len(value) > 255 {
			parts, value = append(parts, value[:255]), value[255:]
		}
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET, TTL: 60},
			Body:   &dnsmessage.TXTResource{TXT: append(parts, value)},
		})
	}
	if len(m.Answers) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	return m.Pack()
}
