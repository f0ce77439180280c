package kernel

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzForwarded sends any X-Forwarded-For: from a trusted proxy the network is one of
// the addresses in it or the proxy's own, from anybody else the sender's.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"198.51.100.7", "198.51.100.7:1234, 127.0.0.2", "[2001:db8::1]:80", "::ffff:198.51.100.7", "fe80::1%eth0, ::1", "unknown", ",,,", "127.0.0.1,"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, forwarded string, trusted bool) {
		s := &Site{Proxies: Loopback, Log: slog.New(slog.DiscardHandler)}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "192.0.2.1:4000"
		if trusted {
			r.RemoteAddr = "127.0.0.1:4000"
		}
		peer := netip.MustParseAddrPort(r.RemoteAddr).Addr()
		r.Header.Set("X-Forwarded-For", forwarded)
		got := s.network(r)
		if !trusted && got != peer {
			t.Fatalf("network(%q) = %v from somebody who is no proxy", forwarded, got)
		}
		if !got.IsValid() {
			t.Fatalf("network(%q) is no address", forwarded)
		}
		if got == peer || s.trusts(got) {
			return
		}
		// Nothing that stands before it counts: the same without that.
		last := forwarded[strings.LastIndexByte(forwarded, ',')+1:]
		if a, ok := forwardedAddr(last); ok && !s.trusts(a) && a != got {
			t.Errorf("network(%q) = %v, want the last, %v", forwarded, got, a)
		}
	})
}

// FuzzOwnPath: what is taken for a page of this site leads a browser nowhere else.
func FuzzOwnPath(f *testing.F) {
	for _, s := range []string{"/organisation/", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a?b=//c", "/%2f/evil.example", "/en/..//evil.example", "/\r\nX: y"} {
		f.Add(s)
	}
	base, err := url.Parse("https://rencontres.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !OwnPath(path) {
			return
		}
		if strings.ContainsAny(path, "\r\n\x00") {
			t.Errorf("%q would break a header", path)
		}
		// Browsers drop tabs and line ends, and read a backslash as a slash.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimLeft(path, " "))
		to, err := base.Parse(seen)
		if err != nil {
			return // no browser goes anywhere
		}
		if to.Scheme != base.Scheme || to.Host != base.Host {
			t.Errorf("%q leads to %s", path, to)
		}
	})
}

// FuzzTakesGzip reads any Accept-Encoding: lists in several lines are one list, and
// nobody gets what they did not name.
func FuzzTakesGzip(f *testing.F) {
	for _, s := range []string{"gzip", "br, GZIP ;q=0.1", "gzip;q=0", "gzip;q=nan", "gzip;q=1e999", "*", "x-gzip", ";q=1", ",,gzip;", "gzip;q=\"1\"", "gzip;q=0,gzip"} {
		f.Add(s, "br")
		f.Add("deflate", s)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		takes := func(lines ...string) bool { return takesGzip(http.Header{"Accept-Encoding": lines}) }
		got := takes(first, second)
		if one := takes(first + "," + second); one != got {
			t.Errorf("takesGzip(%q, %q) = %v, and in one line %v", first, second, got, one)
		}
		if strings.ContainsAny(first, ";q") || strings.ContainsAny(second, ";q") {
			return
		}
		named := slices.ContainsFunc(strings.Split(first+","+second, ","), func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "gzip") })
		if got != named {
			t.Errorf("takesGzip(%q, %q) = %v, want %v", first, second, got, named)
		}
	})
}

// FuzzCompanions posts anything as companions: nobody who was typed is passed over
// but behind the last row that is read, and the rows that the form shows again are
// those that were read.
func FuzzCompanions(f *testing.F) {
	for _, s := range []string{"companions[0].given_name=Ana", "companions[3].email=a@x.example&companions[1].family_name=B", "companions[9999].given_name=A",
		"companions[007].given_name=A&companions[7].given_name=B", "companions[0].given_name=+&companions[1].given_name=%00", "companions[-1].email=a", "companions[0].given_name=A&companions[0].given_name=B"} {
		f.Add(s, "1")
		f.Add(s, "-9223372036854775808")
	}
	f.Fuzz(func(t *testing.T, query, number string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		typed := 0
		for name, texts := range values {
			if companionField.MatchString(name) && strings.HasSuffix(name, ".given_name") && strings.Trim(texts[0], " abc") != texts[0] && strings.ContainsAny(texts[0], "abc") {
				typed++
			}
		}
		list := Companions(values)
		if len(list) > maxRows || len(list) < min(typed, maxRows) {
			t.Errorf("%d companions, and %d were typed", len(list), typed)
		}
		for i, c := range list {
			if c.Empty() {
				t.Errorf("companion %d of %d is nobody", i, len(list))
			}
		}
		if n := CompanionRows(values); n != len(list) {
			t.Errorf("%d companions in %d rows", len(list), n)
		}
		if again := Companions(values); !slices.Equal(again, list) {
			t.Errorf("read again: %v, and before: %v", again, list)
		}
		RemoveCompanion(values, number)
		if n := len(Companions(values)); n != len(list) && n != len(list)-1 {
			t.Errorf("%d companions of %d after one was taken out", n, len(list))
		}
	})
}

// FuzzTerritory names any territory: what it is taken for is taken for the same, and
// at most four are suggested.
func FuzzTerritory(f *testing.F) {
	for _, s := range []string{"Bretagne", "ti-0101", "71270", "200069698", "Mâcon", " l’hôpital ", "\x00", "œ", "-", strings.Repeat("a ", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name := NamedTerritory([]string{"", typed})
		if again := NamedTerritory([]string{name}); again != name {
			t.Errorf("%q is taken for %q, and that for %q", typed, name, again)
		}
		list := Suggestions(typed)
		if len(list) > 4 {
			t.Errorf("%d suggestions for %q", len(list), typed)
		}
		for _, s := range list {
			if s.Name == "" || s.Regional == "" {
				t.Errorf("%q suggests %+v", typed, s)
			}
		}
		_ = outside(typed)
	})
}

// FuzzDevice reads any User-Agent: nothing of it is kept but names that we know.
func FuzzDevice(f *testing.F) {
	for _, s := range []string{"", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Chrome/ Safari/ Edg iPhone", "Firefox/<script>", "Windows, \r\n"} {
		f.Add(s)
	}
	known := []string{"Edge", "Opera", "Firefox", "Samsung Internet", "Chrome", "Safari", "Android", "iPhone", "iPad", "Windows", "macOS", "ChromeOS", "Linux"}
	f.Fuzz(func(t *testing.T, agent string) {
		got := device(agent)
		parts := strings.Split(got, ", ")
		if got != "" && (len(parts) > 2 || slices.ContainsFunc(parts, func(s string) bool { return !slices.Contains(known, s) })) {
			t.Errorf("device(%q) = %q", agent, got)
		}
	})
}
