package kernel

import (
	"bytes"
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Pages that are the same for everybody are drawn once and cached: see
// [Cached].

// Matter is what a cached page shows, besides the site's options and the
// language: meetings, as they stand.
type Matter int

// The matters of cached pages.
const (
	NoMeeting    Matter = iota
	EveryMeeting        // that is published
	ThatMeeting         // of the path {slug}, if it is published
)

const (
	// oldest is how old what a page says of a meeting may be.
	oldest = time.Second
	// readEvery is the least time between two readings of a meeting for a crowd,
	// and readAtOnce how many readings may follow at once. While visitors are
	// fewer, each gets what the database has.
	readEvery  = 50 * time.Millisecond
	readAtOnce = 20
	savedUp    = (readAtOnce - 1) * readEvery
	// mostCached is how many pages are cached; one more, and all are drawn anew.
	mostCached = 256
)

// Cached returns the handler of a page that is the same for everybody. It is
// drawn anew when its matter has changed and with each second of the desk's
// clock, so that a meeting opens and closes to the second; in between everybody
// gets the same bytes. Seats may be as old as [oldest].
//
// What is cached is drawn for nobody: show gets a request with the path, the
// language and the time, and nothing else of the visitor's. A request with a query
// or a cookie gets a page of its own, which is not cached. A page with a seal
// ([Request.Seal]) is cached in two halves, and neither stored by browsers nor
// compressed: the compressed length could reveal the seal.
func Cached(of Matter, show func(*Request, []registration.View) error) Handler {
	return func(r *Request) error {
		now, err := r.snapshot(of)
		if err != nil {
			return err
		}
		if r.URL.RawQuery != "" || r.Header["Cookie"] != nil || r.Header["Authorization"] != nil {
			return show(r, now.at(r.Now))
		}
		page, err := r.Site.cache.page(r, now, show)
		if err != nil {
			return err
		}
		maps.Copy(r.W.Header(), page.header)
		if page.seal != nil {
			r.send(http.StatusOK, page.body, []byte(page.seal()), page.rest)
			return nil
		}
		out := &tracked{ResponseWriter: r.W}
		page.serve(out, r.Request)
		r.status = out.status
		return nil
	}
}

// Seal returns the result of make for the visitor or, while a page is drawn for
// the cache, a mark that is replaced by each visitor's own seal.
func (r *Request) Seal(make func() string) string {
	r.W.Header().Set("Cache-Control", "no-store")
	if r.drawing == nil {
		return make()
	}
	r.drawing.seal, r.drawing.mark = make, rand.Text()
	return r.drawing.mark
}

// cache holds the pages of a site. Its zero value is empty.
type cache struct {
	mu        sync.Mutex
	snapshots map[string]*snapshot   // by slug, "" for all
	pages     map[string]*cachedPage // by path
}

// snapshot is the state of meetings as they were read. Only its times change: a
// reading that finds no difference keeps it, and with it the pages drawn from it.
type snapshot struct {
	views []registration.View
	read  time.Time // when the reading began, which has found it last
	next  time.Time // when the next one may begin, if none was saved up
}

// at returns how the meetings stand at a moment.
func (s *snapshot) at(now time.Time) []registration.View {
	list := make([]registration.View, len(s.views))
	for i, v := range s.views {
		list[i] = v.At(now)
	}
	return list
}

// nothing is how no meeting stands.
var nothing = new(snapshot)

// snapshot returns the state of the meetings of a page. It asks the desk unless that
// was done often enough within the last second.
func (r *Request) snapshot(of Matter) (*snapshot, error) {
	slug := r.PathValue("slug")
	if of == NoMeeting {
		return nothing, nil
	}
	c := &r.Site.cache
	begun := time.Now()
	if s := c.recent(slug, begun); s != nil {
		return s, nil
	}
	var views []registration.View
	var err error
	if of == EveryMeeting {
		views, err = r.Site.Desk.Meetings(r.Context())
	} else {
		views = make([]registration.View, 1)
		views[0], err = r.Site.Desk.Meeting(r.Context(), slug)
	}
	return c.store(slug, begun, views, err)
}

// recent returns how a meeting stood when it was last read, or nil if it is to be
// read again.
func (c *cache) recent(slug string, now time.Time) *snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.snapshots[slug]
	if s == nil || now.Sub(s.read) >= oldest {
		return nil
	}
	if saved := now.Add(-savedUp); s.next.Before(saved) {
		s.next = saved
	}
	if s.next.After(now) {
		return s
	}
	s.next = s.next.Add(readEvery)
	return nil
}

// store takes the result of a reading. After an error nothing is known.
func (c *cache) store(slug string, begun time.Time, views []registration.View, err error) (*snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		delete(c.snapshots, slug)
		return nil, err
	}
	s := c.snapshots[slug]
	switch {
	case s != nil && begun.Before(s.read): // it took longer than one that began later
		return &snapshot{views: views}, nil
	case s == nil:
		s = &snapshot{views: views, next: begun.Add(-savedUp)}
	case !reflect.DeepEqual(s.views, views):
		s = &snapshot{views: views, next: s.next}
	}
	if c.snapshots == nil {
		c.snapshots = map[string]*snapshot{}
	}
	s.read, c.snapshots[slug] = begun, s
	return s, nil
}

// cachedPage is the place of one page in the cache.
type cachedPage struct {
	mu   sync.Mutex // of whoever draws it
	last *drawn     // nil before it was drawn
}

// drawn is a page as it was drawn. It does not change.
type drawn struct {
	of     *snapshot
	second int64
	header http.Header
	content
	// Of a page with a seal, the body is what precedes it.
	seal func() string
	mark string
	rest []byte
}

// page returns the page of a path, drawn of how its meetings stand in this second.
func (c *cache) page(r *Request, of *snapshot, show func(*Request, []registration.View) error) (*drawn, error) {
	c.mu.Lock()
	at := c.pages[r.URL.Path]
	if at == nil {
		if len(c.pages) >= mostCached || c.pages == nil {
			c.pages = map[string]*cachedPage{}
		}
		at = new(cachedPage)
		c.pages[r.URL.Path] = at
	}
	c.mu.Unlock()
	at.mu.Lock()
	defer at.mu.Unlock()
	if d := at.last; d != nil && d.of == of && d.second == r.Now.Unix() {
		return d, nil
	}
	d, err := r.draw(of, show)
	if err != nil {
		return nil, err
	}
	if last := at.last; d.seal == nil && last != nil && bytes.Equal(last.body, d.body) {
		d.content = last.content
	} else if d.seal == nil {
		d.content = newContent(d.body)
	}
	at.last = d
	return d, nil
}

// draw draws a page for nobody.
func (r *Request) draw(of *snapshot, show func(*Request, []registration.View) error) (*drawn, error) {
	d := &drawn{of: of, second: r.Now.Unix(), header: http.Header{}}
	ctx, sheet := context.WithoutCancel(r.Context()), &paper{header: d.header}
	nobody := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: r.URL.Path}, Header: http.Header{}}
	nobody.SetPathValue("slug", r.PathValue("slug"))
	blank := &Request{Request: nobody.WithContext(ctx), W: sheet, Site: r.Site, Lang: r.Lang, Words: r.Words, Now: r.Now, set: r.set, drawing: d}
	if err := show(blank, of.at(r.Now)); err != nil {
		return nil, err
	}
	d.body = sheet.Bytes()
	if d.seal != nil {
		d.body, d.rest, _ = bytes.Cut(d.body, []byte(d.mark))
	}
	return d, nil
}

// paper takes a page that is drawn for the cache.
type paper struct {
	bytes.Buffer
	header http.Header
}

func (p *paper) Header() http.Header { return p.header }
func (p *paper) WriteHeader(int)     {} // it is 200
