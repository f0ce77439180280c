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

// Pages that everybody gets the same are drawn once and kept: see [Kept].

// Matter is what a kept page is made of, besides the site's options and the
// language: the meetings, as they stand.
type Matter int

// The matters of kept pages.
const (
	NoMeeting    Matter = iota
	EveryMeeting        // that is published
	ThatMeeting         // of the path {slug}, if it is published
)

const (
	// oldest is how old what a page says of a meeting may be.
	oldest = time.Second
	// readEvery is how often at least a meeting may be read for a crowd, and
	// readAtOnce how often in a row: as long as it is asked for less, each visitor
	// gets what stands in the database.
	readEvery  = 50 * time.Millisecond
	readAtOnce = 20
	savedUp    = (readAtOnce - 1) * readEvery
	// mostKept is how many pages are kept; one more, and all are drawn anew.
	mostKept = 256
)

// Kept returns the handler of a page that everybody gets the same. It is drawn
// anew when its matter has changed and when a second has passed by the desk's
// clock, so that a meeting opens and closes to the second; until then everybody
// gets the same bytes. Seats may be as old as [oldest].
//
// What is kept is drawn for nobody: show gets a request that has the path, the
// language and the time, and nothing else of the visitor's. Who sends a query or a
// cookie gets a page of their own, which is not kept. A page with a seal
// ([Request.Seal]) is kept in two halves, and neither stored by browsers nor
// compressed: how well it compresses would tell of the seal.
func Kept(of Matter, show func(*Request, []registration.View) error) Handler {
	return func(r *Request) error {
		now, err := r.standing(of)
		if err != nil {
			return err
		}
		if r.URL.RawQuery != "" || r.Header["Cookie"] != nil || r.Header["Authorization"] != nil {
			return show(r, now.at(r.Now))
		}
		page, err := r.Site.kept.page(r, now, show)
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

// Seal returns what make makes for who gets the page, or, while a page is drawn
// that is kept, the mark that each visitor's seal is put in place of.
func (r *Request) Seal(make func() string) string {
	r.W.Header().Set("Cache-Control", "no-store")
	if r.drawing == nil {
		return make()
	}
	r.drawing.seal, r.drawing.mark = make, rand.Text()
	return r.drawing.mark
}

// kept is what a site keeps. Its zero value keeps nothing yet.
type kept struct {
	mu        sync.Mutex
	standings map[string]*standing // by slug, "" for all
	pages     map[string]*keptPage // by path
}

// standing is how meetings stood. It does not change, but for its times: one that
// is the same as the last keeps its place, and with it the pages that were drawn.
type standing struct {
	views []registration.View
	read  time.Time // when the reading began, which has found it last
	next  time.Time // when the next one may begin, if none was saved up
}

// at returns how the meetings stand at a moment.
func (s *standing) at(now time.Time) []registration.View {
	list := make([]registration.View, len(s.views))
	for i, v := range s.views {
		list[i] = v.At(now)
	}
	return list
}

// nothing is how no meeting stands.
var nothing = new(standing)

// standing returns how the meetings of a page stand. It asks the desk unless that
// was done often enough within the last second.
func (r *Request) standing(of Matter) (*standing, error) {
	slug := r.PathValue("slug")
	if of == NoMeeting {
		return nothing, nil
	}
	k := &r.Site.kept
	begun := time.Now()
	if s := k.recent(slug, begun); s != nil {
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
	return k.stands(slug, begun, views, err)
}

// recent returns how a meeting stood when it was last read, or nil if it is to be
// read again.
func (k *kept) recent(slug string, now time.Time) *standing {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.standings[slug]
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

// stands notes what a reading has found. After an error nothing is known.
func (k *kept) stands(slug string, begun time.Time, views []registration.View, err error) (*standing, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		delete(k.standings, slug)
		return nil, err
	}
	s := k.standings[slug]
	switch {
	case s != nil && begun.Before(s.read): // it took longer than one that began later
		return &standing{views: views}, nil
	case s == nil:
		s = &standing{views: views, next: begun.Add(-savedUp)}
	case !reflect.DeepEqual(s.views, views):
		s = &standing{views: views, next: s.next}
	}
	if k.standings == nil {
		k.standings = map[string]*standing{}
	}
	s.read, k.standings[slug] = begun, s
	return s, nil
}

// keptPage is the place of a page that is kept.
type keptPage struct {
	mu   sync.Mutex // of whoever draws it
	last *drawn     // nil before it was drawn
}

// drawn is a page as it was drawn. It does not change.
type drawn struct {
	of     *standing
	second int64
	header http.Header
	content
	// Of a page with a seal, the body is what precedes it.
	seal func() string
	mark string
	rest []byte
}

// page returns the page of a path, drawn of how its meetings stand in this second.
func (k *kept) page(r *Request, of *standing, show func(*Request, []registration.View) error) (*drawn, error) {
	k.mu.Lock()
	at := k.pages[r.URL.Path]
	if at == nil {
		if len(k.pages) >= mostKept || k.pages == nil {
			k.pages = map[string]*keptPage{}
		}
		at = new(keptPage)
		k.pages[r.URL.Path] = at
	}
	k.mu.Unlock()
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
func (r *Request) draw(of *standing, show func(*Request, []registration.View) error) (*drawn, error) {
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

// paper is what a page is drawn on that is kept.
type paper struct {
	bytes.Buffer
	header http.Header
}

func (p *paper) Header() http.Header { return p.header }
func (p *paper) WriteHeader(int)     {} // it is 200
