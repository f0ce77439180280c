package sqldb

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// updateSignup writes what has changed of a sign-up. was must be what the row holds now:
// an indexed column that seems unchanged may be left out. SQLite writes the entry of an
// index anew, and with it one page of the file or two, whenever an UPDATE names a column
// of the index, even if the value stays. So an indexed column is named only if one of its
// group changes. More groups would make too many statements to keep them all prepared.
func (t *tx) updateSignup(was stored, s registration.Signup, d derived) error {
	is, old := mutable(s, d), mutable(was.Signup, was.derived())
	changed := map[columnGroup]bool{noIndex: true}
	for i, c := range mutableColumns {
		if !sameValue(old[i], is[i]) {
			changed[c.group] = true
		}
	}
	set, args := "revision = revision + 1", []any{s.ID.String()}
	for i, c := range mutableColumns {
		if changed[c.group] {
			args = append(args, is[i])
			set += ", " + c.name + " = $" + strconv.Itoa(len(args))
		}
	}
	_, err := t.q.ExecContext(t.ctx, `UPDATE signup SET `+set+` WHERE id = $1`, args...)
	return err
}

// columnGroup tells which columns of a sign-up are written together.
type columnGroup int

const (
	noIndex        columnGroup = iota // in no index: always written
	ofPerson                          // indexes of the address and of names
	ofConfirmation                    // indexes that change when the address is confirmed
	ofEnd
	ofStatus
)

// mutableColumns are the columns that Update may replace, in the order of [mutable].
var mutableColumns = []struct {
	name  string
	group columnGroup
}{
	{"version", noIndex}, {"given_name", noIndex}, {"family_name", noIndex}, {"email", noIndex},
	{"organisation", noIndex}, {"function", noIndex}, {"category", noIndex}, {"territory", noIndex},
	{"address_key", ofPerson}, {"language", noIndex}, {"notice_version", noIndex},
	{"address_confirmed_at", ofConfirmation}, {"held_until", ofConfirmation}, {"ended_at", ofEnd},
	{"answers", noIndex}, {"interests", noIndex}, {"transfer", noIndex}, {"refusal", noIndex}, {"source", noIndex},
	{"network", ofConfirmation}, {"mailbox", ofConfirmation}, {"status", ofStatus},
	{"name_key", ofPerson}, {"organisation_key", ofPerson}, {"terms", noIndex},
}

// mutable are the values of [mutableColumns].
func mutable(s registration.Signup, d derived) []any {
	return []any{s.Version, s.GivenName, s.FamilyName, s.Email,
		s.Organisation, s.Function, string(s.Category), s.Territory,
		s.AddressKey, string(s.Language), s.NoticeVersion,
		micros(s.AddressConfirmedAt), micros(s.HeldUntil), micros(s.EndedAt),
		answers(s), strings.Join(s.Interests, " "), transfer(s), s.Refusal, string(s.Source),
		d.network, d.mailbox, string(d.status),
		d.nameKey, d.organisationKey, d.joined()}
}

// sameValue reports whether two values of one column are stored alike.
func sameValue(a, b any) bool {
	if key, ok := a.([]byte); ok {
		return bytes.Equal(key, b.([]byte))
	}
	return a == b
}

// answers is how answers are stored.
func answers(s registration.Signup) string {
	if len(s.Answers) == 0 {
		return ""
	}
	b, err := json.Marshal(s.Answers)
	if err != nil { // a map of texts
		panic("sqldb: answers: " + err.Error())
	}
	return string(b)
}

// transfer is how a transfer is stored.
func transfer(s registration.Signup) string {
	if s.Transfer == (registration.Transfer{}) {
		return ""
	}
	b, err := json.Marshal(s.Transfer)
	if err != nil { // texts, a number and times
		panic("sqldb: transfer: " + err.Error())
	}
	return string(b)
}
