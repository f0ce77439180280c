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

// CacheScope says which meetings a cached page shows. Besides them a page depends
// only on the site's options and the language.
type CacheScope int

// The scopes of cached pages.
const (
	NoMeeting     CacheScope = iota
	EveryMeeting             // that is published
	MeetingOfPath            // of the path {slug}, if it is published
)

const (
	// oldest is how old the shown state of a meeting may be.
	oldest = time.Second
	// A meeting is read from the database once every readEvery at most, after
	// a burst of readAtOnce readings. So with few visitors each of them gets
	// what is in the database.
	readEvery  = 50 * time.Millisecond
	readAtOnce = 20
	readBurst  = (readAtOnce - 1) * readEvery
	// maxCached is how many pages are cached. With one more the cache is
	// emptied.
	maxCached = 256
)

// Cached returns the handler of a page that is the same for everybody. It is
// drawn anew when what it shows has changed and with each second of the desk's
// clock, so that a meeting opens and closes to the second; in between everybody
// gets the same bytes. Seats may be as old as [oldest].
//
// What is cached is drawn for nobody: show gets a request with the path, the
// language and the time, and nothing else of the visitor's. A request with a query,
// a cookie or an Authorization header gets a page of its own, which is not cached.
// A page with a seal ([Request.Seal]) is cached in two halves. Browsers do not store
// it, and it is not compressed: the compressed length could reveal the seal.
func Cached(scope CacheScope, show func(*Request, []registration.View) error) Handler {
	return func(r *Request) error {
		now, err := r.snapshot(scope)
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

// Seal returns the result of make. While a page is drawn for the cache it returns a
// mark instead, which is later replaced by each visitor's own result of make.
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

// snapshot is the state of meetings when they were read. A later reading that
// finds no difference only changes its times, so the pages drawn from it stay
// valid.
type snapshot struct {
	views []registration.View
	read  time.Time // when the latest reading that found this state began
	next  time.Time // from when a further reading may begin; each one moves it on by readEvery
}

// at returns the meetings as they are at a moment: open or closed, for
// instance.
func (s *snapshot) at(now time.Time) []registration.View {
	list := make([]registration.View, len(s.views))
	for i, v := range s.views {
		list[i] = v.At(now)
	}
	return list
}

// noMeetings is the snapshot of pages that show no meeting.
var noMeetings = new(snapshot)

// snapshot returns the state of the meetings of a page. It asks the Desk,
// unless it has asked often enough within the last second.
func (r *Request) snapshot(scope CacheScope) (*snapshot, error) {
	slug := r.PathValue("slug")
	if scope == NoMeeting {
		return noMeetings, nil
	}
	c := &r.Site.cache
	begun := time.Now()
	if s := c.recent(slug, begun); s != nil {
		return s, nil
	}
	var views []registration.View
	var err error
	if scope == EveryMeeting {
		views, err = r.Site.Desk.Meetings(r.Context())
	} else {
		views = make([]registration.View, 1)
		views[0], err = r.Site.Desk.Meeting(r.Context(), slug)
	}
	return c.store(slug, begun, views, err)
}

// recent returns the last snapshot of a meeting, or nil if the caller must read
// the meeting again.
func (c *cache) recent(slug string, now time.Time) *snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.snapshots[slug]
	if s == nil || now.Sub(s.read) >= oldest {
		return nil
	}
	if saved := now.Add(-readBurst); s.next.Before(saved) {
		s.next = saved
	}
	if s.next.After(now) {
		return s
	}
	s.next = s.next.Add(readEvery)
	return nil
}

// store stores what was read and returns its snapshot. After an error the
// last snapshot is dropped.
func (c *cache) store(slug string, begun time.Time, views []registration.View, err error) (*snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		delete(c.snapshots, slug)
		return nil, err
	}
	s := c.snapshots[slug]
	switch {
	case s != nil && begun.Before(s.read): // a reading that began later is already stored
		return &snapshot{views: views}, nil
	case s == nil:
		s = &snapshot{views: views, next: begun.Add(-readBurst)}
	case !reflect.DeepEqual(s.views, views):
		s = &snapshot{views: views, next: s.next}
	}
	if c.snapshots == nil {
		c.snapshots = map[string]*snapshot{}
	}
	s.read, c.snapshots[slug] = begun, s
	return s, nil
}

// cachedPage is one page in the cache.
type cachedPage struct {
	mu   sync.Mutex // of whoever draws it
	last *drawn     // nil before it was drawn
}

// drawn is a page as it was drawn from a snapshot in one second. It does not
// change.
type drawn struct {
	of     *snapshot
	second int64
	header http.Header
	content
	// For a page with a seal: seal makes the seal of a visitor, mark is what
	// stood in its place. The body is what precedes the mark, rest what
	// follows it.
	seal func() string
	mark string
	rest []byte
}

// page returns the page at the path of r, drawn from the snapshot in the
// present second.
func (c *cache) page(r *Request, of *snapshot, show func(*Request, []registration.View) error) (*drawn, error) {
	c.mu.Lock()
	at := c.pages[r.URL.Path]
	if at == nil {
		if len(c.pages) >= maxCached || c.pages == nil {
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

// draw draws a page for no visitor in particular.
func (r *Request) draw(of *snapshot, show func(*Request, []registration.View) error) (*drawn, error) {
	d := &drawn{of: of, second: r.Now.Unix(), header: http.Header{}}
	ctx, sheet := context.WithoutCancel(r.Context()), &bodyRecorder{header: d.header}
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

// bodyRecorder takes the answer of a page that is drawn for the cache.
type bodyRecorder struct {
	bytes.Buffer
	header http.Header
}

func (p *bodyRecorder) Header() http.Header { return p.header }
func (p *bodyRecorder) WriteHeader(int)     {} // it is 200
