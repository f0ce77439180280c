package kernel

import (
	"encoding/json"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// ownData is what the site knows of one person (article 15 of the GDPR) as JSON.
// Its names are those of the export's columns where it has the same fact. Times are
// RFC 3339 in Paris time; what is not known is left out.
type ownData struct {
	Meeting      string              `json:"meeting"`
	Code         string              `json:"code"`
	Status       registration.Status `json:"status"`
	FamilyName   string              `json:"family_name"`
	GivenName    string              `json:"given_name"`
	Email        string              `json:"email,omitempty"`
	Organisation string              `json:"organisation,omitempty"`
	Function     string              `json:"function,omitempty"`
	Category     string              `json:"category,omitempty"`
	Territory    string              `json:"territory,omitempty"`
	Language     string              `json:"language"`
	Interests    []string            `json:"interests,omitempty"`
	Answers      []ownAnswer         `json:"answers,omitempty"`
	Places       []ownPlace          `json:"places"`
	Companions   []ownCompanion      `json:"companions,omitempty"`
	Transfer     *ownTransfer        `json:"transfer,omitempty"`
	Notice       string              `json:"notice_version,omitempty"` // of the privacy notice that was read
	CreatedAt    *time.Time          `json:"created_at"`
	ConfirmedAt  *time.Time          `json:"confirmed_at,omitempty"`
	HeldUntil    *time.Time          `json:"held_until,omitempty"`
	EndedAt      *time.Time          `json:"ended_at,omitempty"`
	Present      []time.Time         `json:"present,omitempty"`
	Source       registration.Source `json:"source,omitempty"`
	Refusal      string              `json:"refusal,omitempty"`    // what an organiser wrote
	KeptUntil    string              `json:"kept_until,omitempty"` // the last day
}

type ownAnswer struct {
	Question  string   `json:"question"`
	Answer    []string `json:"answer"`
	KeptUntil string   `json:"kept_until,omitempty"` // the last day
}

type ownPlace struct {
	Session registration.SessionID `json:"session"`
	State   registration.State     `json:"state"`
	Since   *time.Time             `json:"since"`
}

// ownCompanion is somebody whom the person named.
type ownCompanion struct {
	Code       string `json:"code,omitempty"`
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	Email      string `json:"email,omitempty"`
}

// ownTransfer is the address to which the person asked the sign-up to move.
type ownTransfer struct {
	FamilyName string     `json:"family_name,omitempty"` // of a colleague
	GivenName  string     `json:"given_name,omitempty"`
	Email      string     `json:"email"`
	AskedAt    *time.Time `json:"asked_at"`
}

// paris returns t as JSON shows it, nil for a time that is not known.
func paris(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(registration.Paris)
	return &t
}

// lastDay is the day until which something is kept, "" if nothing is said.
func lastDay(d territoires.Date, ends bool) string {
	if !ends {
		return ""
	}
	return d.String()
}

// DownloadData sends what the site knows of the person as a file.
func (r *Request) DownloadData(p PersonPage) error {
	b, err := json.MarshalIndent(p.data(), "", "  ")
	if err != nil {
		return err
	}
	return r.Download("application/json", "inscription-"+p.Signup.Code+".json", append(b, '\n'))
}

// data returns what the site knows of the person.
func (p PersonPage) data() ownData {
	s := p.Signup
	d := ownData{
		Meeting: s.Meeting, Code: s.Code, Status: p.Status, FamilyName: s.FamilyName, GivenName: s.GivenName, Email: s.Email,
		Organisation: s.Organisation, Function: s.Function, Category: string(s.Category), Territory: s.Territory,
		Language: string(s.Language), Interests: s.Interests, Notice: s.NoticeVersion, CreatedAt: paris(s.CreatedAt),
		ConfirmedAt: paris(s.AddressConfirmedAt), HeldUntil: paris(s.HeldUntil), EndedAt: paris(s.EndedAt),
		KeptUntil: lastDay(p.Meeting.KeptUntil()), Source: s.Source, Refusal: s.Refusal,
	}
	for _, a := range s.Arrivals {
		d.Present = append(d.Present, *paris(a.At))
	}
	for _, q := range p.Meeting.Questions {
		if a, ok := s.Answers[q.ID]; ok {
			d.Answers = append(d.Answers, ownAnswer{q.ID, a, lastDay(p.Meeting.AnswersKeptUntil(q))})
		}
	}
	for _, id := range p.Meeting.Unasked(s.Answers) {
		d.Answers = append(d.Answers, ownAnswer{id, s.Answers[id], lastDay(p.Meeting.Day, true)})
	}
	if t := s.Transfer; t.Waits() {
		d.Transfer = &ownTransfer{t.FamilyName, t.GivenName, t.Email, paris(t.AskedAt)}
	}
	for _, pl := range s.Places {
		d.Places = append(d.Places, ownPlace{pl.Session, pl.State, paris(pl.Since)})
	}
	for _, m := range p.Party {
		if m.Party == s.ID && !m.IsLead() { // named by the person
			own := ownCompanion{FamilyName: m.FamilyName, GivenName: m.GivenName}
			if m.NamedByLead() { // the rest is theirs since they confirmed
				own.Code, own.Email = m.Code, m.Email
			}
			d.Companions = append(d.Companions, own)
		}
	}
	return d
}
