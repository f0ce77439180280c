package site

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/territoires-industrie/sdk/registration"
)

// metrics counts the site's answers, and reads the other values from the database
// when they are scraped.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	site     *Site
}

// Every label has few values: routes are patterns, never paths, and meetings
// and sessions are what organisers have configured. No metric counts people by
// anything that they typed.
var (
	descWaiting = prometheus.NewDesc("rencontre_mail_waiting", "Mails that have not left yet.", nil, nil)
	descOldest  = prometheus.NewDesc("rencontre_mail_oldest_seconds", "Age of the oldest mail that waits.", nil, nil)
	descParked  = prometheus.NewDesc("rencontre_mail_parked", "Mails that a server refused for good.", nil, nil)
	descLate    = prometheus.NewDesc("rencontre_meetings_late", "Meetings with a hold, an offer or a mailing that was due more than a minute ago.", nil, nil)
	descBroken  = prometheus.NewDesc("rencontre_meetings_unreadable", "Meetings whose seats cannot be read: their figures are absent.", nil, nil)
	descQueued  = prometheus.NewDesc("rencontre_queue_length", "Places in the queue.", []string{"meeting", "session"}, nil)
	descSignups = prometheus.NewDesc("rencontre_signups", "Sign-ups by status.", []string{"meeting", "status"}, nil)
	descPending = prometheus.NewDesc("rencontre_seats_unconfirmed", "Seats of the meeting whose address is not confirmed.", []string{"meeting"}, nil)
	descHold    = prometheus.NewDesc("rencontre_hold_oldest_seconds", "Age of the oldest sign-up that waits for a confirmation.", []string{"meeting"}, nil)
	descCommits = prometheus.NewDesc("rencontre_commit_duration_seconds", "Time of transactions, from asking for a turn until they are on disk.", nil, nil)
	descTaken   = prometheus.NewDesc("rencontre_seats_taken", "Seats held or confirmed.", []string{"meeting", "session"}, nil)
	descSeats   = prometheus.NewDesc("rencontre_seats", "Seats in all; absent where they are unlimited.", []string{"meeting", "session"}, nil)
)

// scrapeWithin is how long a scrape may read from the database.
const scrapeWithin = 5 * time.Second

func newMetrics(s *Site) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), site: s}
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rencontre_http_request_duration_seconds", Help: "Time to answer, by route and status.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "status"})
	m.registry.MustRegister(m.requests, m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// answered counts one request.
func (m *metrics) answered(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Describe implements [prometheus.Collector].
func (m *metrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descWaiting, descOldest, descParked, descLate, descBroken, descTaken, descSeats, descQueued, descSignups, descPending, descHold, descCommits} {
		to <- d
	}
}

// Collect implements [prometheus.Collector]. If the database cannot be read,
// the scrape fails: old figures would hide that the site is unwell. A single
// meeting that cannot be read is counted instead.
func (m *metrics) Collect(to chan<- prometheus.Metric) {
	ctx, done := context.WithTimeout(context.Background(), scrapeWithin)
	defer done()
	n, took := m.site.store.Commits()
	to <- prometheus.MustNewConstSummary(descCommits, n, took.Seconds(), nil)
	if err := m.mail(ctx, to); err != nil {
		to <- prometheus.NewInvalidMetric(descWaiting, err)
	}
	if err := m.seats(ctx, to); err != nil {
		to <- prometheus.NewInvalidMetric(descTaken, err)
	}
}

func (m *metrics) mail(ctx context.Context, to chan<- prometheus.Metric) error {
	now := m.site.clock()
	b, err := m.site.store.Backlog(ctx, now)
	if err != nil {
		return err
	}
	late, err := m.site.store.Due(ctx, now.Add(-time.Minute))
	if err != nil {
		return err
	}
	age := time.Duration(0)
	if !b.Oldest.IsZero() {
		age = max(0, now.Sub(b.Oldest))
	}
	gauge(to, descWaiting, float64(b.Waiting))
	gauge(to, descOldest, age.Seconds())
	gauge(to, descParked, float64(b.Parked))
	gauge(to, descLate, float64(len(late)))
	return nil
}

// seats reports the seats of each meeting that is not over. A meeting that cannot be
// read is counted as broken. If none could be read because the database failed, seats
// returns an error.
func (m *metrics) seats(ctx context.Context, to chan<- prometheus.Metric) error {
	all, err := m.site.store.Meetings(ctx)
	if err != nil {
		return err
	}
	var failed error
	var broken, read int
	for _, v := range all {
		if v.Broken != "" {
			broken++
			continue
		}
		if v.Phase(m.site.clock()) == registration.PhasePast {
			continue
		}
		sessions, err := m.site.store.Occupancy(ctx, v.Slug)
		if err == nil {
			err = m.states(ctx, to, v.Slug)
		}
		if err != nil {
			failed = errors.Join(failed, err)
			broken++
			continue
		}
		read++
		for _, o := range sessions {
			gauge(to, descTaken, float64(o.Taken), v.Slug, string(o.Session))
			gauge(to, descQueued, float64(o.Queued), v.Slug, string(o.Session))
			if o.Seats != registration.Unlimited {
				gauge(to, descSeats, float64(o.Seats), v.Slug, string(o.Session))
			}
		}
	}
	gauge(to, descBroken, float64(broken))
	if read == 0 {
		return failed
	}
	return nil
}

// states reports the sign-ups of a meeting by status, and the age of its oldest hold.
func (m *metrics) states(ctx context.Context, to chan<- prometheus.Metric, slug string) error {
	now, store := m.site.clock(), m.site.store
	counts, err := store.StatusCounts(ctx, slug)
	if err != nil {
		return err
	}
	holds, err := store.Holds(ctx, slug, now)
	if err != nil {
		return err
	}
	oldest, err := store.OldestHold(ctx, slug)
	if err != nil {
		return err
	}
	for _, s := range registration.Statuses() {
		gauge(to, descSignups, float64(counts[s]), slug, string(s))
	}
	age := time.Duration(0)
	if !oldest.IsZero() {
		age = max(0, now.Sub(oldest))
	}
	gauge(to, descPending, float64(holds.Unconfirmed), slug)
	gauge(to, descHold, age.Seconds(), slug)
	return nil
}

func gauge(to chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// Metrics returns the handler that Prometheus scrapes: requests by route and
// status, waiting mail, seats, and the process. Serve it on a listener that
// visitors cannot reach.
func (s *Site) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{Registry: s.metrics.registry, MaxRequestsInFlight: 4})
}
