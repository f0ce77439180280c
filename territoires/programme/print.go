package programme

import (
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
)

// dated returns the date, or says that it is unknown.
func dated(s territoires.Span) string {
	if s.IsZero() {
		return "date unknown"
	}
	return s.String()
}

// String returns question and answer: "pilot: yes".
func (f Fact) String() string { return f.Question.String() + ": " + f.Answer.String() }

// String returns number and date: "136 territories, 2019-03-05".
func (c Count) String() string {
	return strconv.Itoa(c.Territories) + " territories, " + dated(c.On)
}

// String returns key, number and date: "projects 330, 2019-05-16".
func (f Figure) String() string { return f.Key + " " + strconv.Itoa(f.Value) + ", " + f.On.String() }

// String returns document, territory and date: "protocol of Carros, 2019-03-18".
func (s Signing) String() string { return s.Document.String() + " of " + s.Name + ", " + dated(s.On) }

// String returns date, word and publisher.
func (c Claim) String() string {
	if c.Word == "" {
		return dated(c.On) + " (" + c.Source.Publisher + ")"
	}
	return dated(c.On) + ", « " + c.Word + " » (" + c.Source.Publisher + ")"
}

// String returns operator and day: "bpifrance, 2019-03-05".
func (c Convention) String() string { return c.Operator.String() + ", " + c.Signed.String() }

// String returns the name and the date from which it holds.
func (r Renaming) String() string { return r.Name + ", " + dated(r.On) }

// String returns title, version if there is one, and date.
func (p Publication) String() string {
	if p.Version == "" {
		return p.Title + ", " + dated(p.On)
	}
	return p.Title + " " + p.Version + ", " + dated(p.On)
}

// String returns number and day: "meeting 2, 2019-04-30".
func (m SteeringMeeting) String() string {
	return "meeting " + strconv.Itoa(m.Number) + ", " + m.On.String()
}

// String returns title and day.
func (m NationalMeeting) String() string { return m.Title + ", " + m.Date.String() }

// String returns kind and theme.
func (s Session) String() string { return s.Kind.String() + ": " + s.Theme }

// String returns the French words.
func (s Service) String() string { return s.French }

// String returns name and office.
func (p Person) String() string {
	if p.Office == "" {
		return p.Name
	}
	return p.Name + ", " + p.Office
}
