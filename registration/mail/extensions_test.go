package mail

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// offering starts a server that offers these extensions and takes every
// message. It sends on the channel, for each message, the MAIL command and
// the data that it received.
func offering(t *testing.T, extensions ...string) (addr string, told chan string) {
	t.Helper()
	l := listen(t)
	told = make(chan string, 2)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.WriteString(c, "220 localhost\r\n")
		r := bufio.NewReader(c)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
			case "EHLO":
				io.WriteString(c, "250-localhost\r\n")
				for _, e := range extensions {
					io.WriteString(c, "250-"+e+"\r\n")
				}
				io.WriteString(c, "250 SIZE 1000000\r\n")
			case "DATA":
				io.WriteString(c, "354 go on\r\n")
				var data strings.Builder
				for line, err = r.ReadString('\n'); err == nil && line != ".\r\n"; line, err = r.ReadString('\n') {
					data.WriteString(strings.TrimPrefix(line, ".")) // RFC 5321, 4.5.2
				}
				told <- data.String()
				io.WriteString(c, "250 taken\r\n")
			case "MAIL":
				told <- strings.TrimSpace(line)
				fallthrough
			default:
				io.WriteString(c, "250 yes\r\n")
			}
		}
	}()
	return l.Addr().String(), told
}

// TestExtensions uses 8BITMIME and SMTPUTF8 only where the server offers them
// and the mail needs them. Our bodies are ASCII whatever the server offers.
func TestExtensions(t *testing.T) {
	t.Parallel()
	mailTo := func(address string) registration.Message {
		l := letter(registration.MailConfirmed, registration.French) // Zoé, « Nguyễn », é and ’ in the text
		l.Signup.Email = address
		return compose(t, l)
	}
	raw := mailTo("zoe@exemple.fr")
	raw.Data = []byte("From: a@exemple.fr\r\nContent-Transfer-Encoding: 8bit\r\n\r\nL’été, un œuf\r\n")
	for name, tt := range map[string]struct {
		message    registration.Message
		extensions []string
		want       []string // words of the MAIL command after the address, but SIZE
		refused    string   // by ourselves, for good
		ascii      bool     // the data
	}{
		"nothing offered":          {mailTo("zoe@exemple.fr"), nil, nil, "", true},
		"8BITMIME offered":         {mailTo("zoe@exemple.fr"), []string{"8BITMIME"}, []string{"BODY=8BITMIME"}, "", true},
		"all offered, not needed":  {mailTo("zoe@bücher.example"), []string{"8BITMIME", "SMTPUTF8"}, []string{"BODY=8BITMIME"}, "", true},
		"SMTPUTF8 needed":          {mailTo("zoé@exemple.fr"), []string{"8BITMIME", "SMTPUTF8"}, []string{"BODY=8BITMIME", "SMTPUTF8"}, "", false},
		"SMTPUTF8 lacking":         {mailTo("zoé@exemple.fr"), []string{"8BITMIME"}, nil, "553 5.6.7 the server does not take addresses outside ASCII (SMTPUTF8)", false},
		"8 bits":                   {raw, []string{"8BITMIME"}, []string{"BODY=8BITMIME"}, "", false},
		"8 bits, 8BITMIME lacking": {raw, nil, nil, "554 5.6.3 the server does not take messages in 8 bits (8BITMIME)", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr, told := offering(t, tt.extensions...)
			err := newSender(t, Options{Addr: addr, Security: Plaintext}).Send(t.Context(), tt.message)
			if tt.refused != "" {
				if got, ok := errors.AsType[*registration.SendError](err); !ok || !got.Permanent || got.Reply != tt.refused {
					t.Errorf("%v, want it parked with %q", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, word := range strings.Fields(<-told)[2:] {
				if !strings.HasPrefix(word, "SIZE=") {
					got = append(got, word)
				}
			}
			if strings.Join(got, " ") != strings.Join(tt.want, " ") {
				t.Errorf("MAIL with %v, want %v", got, tt.want)
			}
			data := <-told
			if isASCII(data) != tt.ascii {
				t.Errorf("data in ASCII: %v, want %v", isASCII(data), tt.ascii)
			}
			if string(tt.message.Data) != data {
				t.Error("the message was written anew")
			}
		})
	}
}
