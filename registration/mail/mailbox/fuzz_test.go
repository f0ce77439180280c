package mailbox

import (
	"encoding/json"
	"slices"
	"testing"
)

// FuzzParse gives the mailbox anything as a message. One that cannot be read
// is shown with the reason, and everything that is shown can also be listed
// as JSON.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "Subject: =?utf-8?q?Zo=C3=A9?=\r\n\r\nBonjour", "Subject: =?x?q?=\r\nDate: never\r\n\r\n",
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<a href=\"https://x\">a</a><a href=b\r\n--x\r\n",
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\nContent-Id: <q>\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--",
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; filename*=utf-8''%zz\r\n\r\na\r\n--x--",
		"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n", "Content-Type: text/plain; charset=nonsense\r\n\r\n\xff",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		m := parse("a@x.example", "b@x.example", source)
		if m.Links == nil || m.Files == nil || m.From == "" || m.To == "" {
			t.Errorf("%q was read as %+v", source, m)
		}
		if len(m.Text)+len(m.HTML) > 3*len(source)+100 {
			t.Errorf("%d bytes were read as %d", len(source), len(m.Text)+len(m.HTML))
		}
		for i, link := range m.Links {
			if slices.Contains(m.Links[:i], link) {
				t.Errorf("the link %q stands twice", link)
			}
		}
		if _, err := json.Marshal(m); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	})
}
