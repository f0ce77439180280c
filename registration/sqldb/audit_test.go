package sqldb_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// auditor watches the seats of a database from outside of the program: it has
// a connection of its own, statements of its own, and triggers that note every
// seat that is given and every move of a counter.
type auditor struct {
	db    *sql.DB
	wrong []string // what should never be
	looks atomic.Int64
}

func audit(t *testing.T, database string) *auditor {
	t.Helper()
	driver, dsn, ddl := "pgx", database, postgresAudit
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, dsn, ddl = "sqlite", "file:"+path+"?_pragma=busy_timeout(20000)", sqliteAudit
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, statement := range strings.Split(ddl, "\n\n") {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return &auditor{db: db}
}

const sqliteAudit = `
CREATE TABLE move (session TEXT, was INTEGER, taken INTEGER, capacity INTEGER)

CREATE TRIGGER moved AFTER UPDATE ON session
BEGIN
	INSERT INTO move VALUES (NEW.id, OLD.taken, NEW.taken, NEW.capacity);
END

CREATE TABLE given (session TEXT, seats INTEGER, capacity INTEGER)

CREATE TRIGGER given_first AFTER INSERT ON place WHEN NEW.state IN ('seat', 'offer')
BEGIN
	INSERT INTO given ` + giving + `;
END

CREATE TRIGGER given_later AFTER UPDATE ON place WHEN NEW.state IN ('seat', 'offer') AND OLD.state NOT IN ('seat', 'offer')
BEGIN
	INSERT INTO given ` + giving + `;
END

CREATE TABLE passed (session TEXT, size INTEGER, free INTEGER)

CREATE TRIGGER passing AFTER INSERT ON place WHEN NEW.state = 'seat' AND NEW.rank IS NULL
BEGIN
	INSERT INTO passed ` + passing + `;
END`

// giving tells, when the place NEW takes a seat, how many have one then, of how
// many there are.
const giving = `
	SELECT session.id, (SELECT count(*) FROM place AS other
		WHERE other.meeting = NEW.meeting AND other.session = NEW.session AND other.state IN ('seat', 'offer')), session.capacity
	FROM session WHERE session.meeting = NEW.meeting AND session.id = NEW.session`

// passing finds, when a newcomer's seat NEW is stored, the parties that wait for
// the session and that the seats free until then would have sufficed for.
const passing = `
	SELECT waited.session, count(*), room.free
	FROM (SELECT session.id AS id, session.capacity - (
			SELECT count(*) FROM place AS other
			WHERE other.meeting = NEW.meeting AND other.session = NEW.session AND other.signup <> NEW.signup
				AND other.state IN ('seat', 'offer')) AS free
		FROM session WHERE session.meeting = NEW.meeting AND session.id = NEW.session) AS room
	JOIN place AS waited ON waited.meeting = NEW.meeting AND waited.session = room.id AND waited.state = 'queue'
	JOIN signup ON signup.id = waited.signup
	WHERE (signup.address_confirmed_at IS NOT NULL OR EXISTS (
			SELECT 1 FROM signup AS lead WHERE lead.id = signup.party AND lead.address_confirmed_at IS NOT NULL))
		AND (waited.session = 'meeting' OR EXISTS (
			SELECT 1 FROM place AS whole
			WHERE whole.signup = signup.id AND whole.session = 'meeting' AND whole.state = 'seat'))
	GROUP BY waited.session, signup.party, room.free
	HAVING count(*) <= room.free`

const postgresAudit = `
CREATE TABLE move (session TEXT, was BIGINT, taken BIGINT, capacity BIGINT)

CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO move VALUES (NEW.id, OLD.taken, NEW.taken, NEW.capacity); RETURN NEW;
END $$

CREATE TRIGGER moved AFTER UPDATE ON session FOR EACH ROW EXECUTE FUNCTION note_move()

CREATE TABLE given (session TEXT, seats BIGINT, capacity BIGINT)

CREATE FUNCTION note_given() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.state IN ('seat', 'offer') AND (TG_OP = 'INSERT' OR OLD.state NOT IN ('seat', 'offer')) THEN
		INSERT INTO given ` + giving + `;
	END IF;
	RETURN NEW;
END $$

CREATE TRIGGER given AFTER INSERT OR UPDATE ON place FOR EACH ROW EXECUTE FUNCTION note_given()

CREATE TABLE passed (session TEXT, size BIGINT, free BIGINT)

CREATE FUNCTION note_passing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO passed ` + passing + `; RETURN NEW;
END $$

CREATE TRIGGER passing AFTER INSERT ON place FOR EACH ROW
	WHEN (NEW.state = 'seat' AND NEW.rank IS NULL) EXECUTE FUNCTION note_passing()`

func (a *auditor) find(format string, args ...any) {
	if len(a.wrong) < 20 {
		a.wrong = append(a.wrong, fmt.Sprintf(format, args...))
	}
}

// look compares, in one statement and so at one instant, the counters with the
// rows they count.
func (a *auditor) look() {
	a.looks.Add(1)
	rows, err := a.db.Query(`
		SELECT id, capacity, taken, ceiling, queued, (
			SELECT count(*) FROM place
			WHERE place.meeting = session.meeting AND place.session = session.id AND state IN ('seat', 'offer')), (
			SELECT count(*) FROM place
			WHERE place.meeting = session.meeting AND place.session = session.id AND state = 'queue')
		FROM session`)
	if err != nil {
		a.find("look: %v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var capacity, taken, ceiling, queued, seats, waiting int
		if err := rows.Scan(&id, &capacity, &taken, &ceiling, &queued, &seats, &waiting); err != nil {
			a.find("look: %v", err)
		}
		if taken != seats {
			a.find("%s: %d seats counted, %d rows have one", id, taken, seats)
		}
		if queued != waiting {
			a.find("%s: a queue of %d counted, %d rows wait", id, queued, waiting)
		}
		if capacity >= 0 && ceiling != max(capacity, taken) {
			a.find("%s: ceiling %d with %d of %d taken", id, ceiling, taken, capacity)
		}
	}
	if err := rows.Err(); err != nil {
		a.find("look: %v", err)
	}
}

// watch looks until ctx ends.
func (a *auditor) watch(ctx context.Context) {
	for ctx.Err() == nil {
		a.look()
		time.Sleep(5 * time.Millisecond)
	}
}

// moves checks every seat that was ever given, and every move of a counter: it
// was within the capacity of that instant.
func (a *auditor) moves() (given int) {
	var beyond int
	err := a.db.QueryRow(`SELECT (SELECT count(*) FROM given),
		(SELECT count(*) FROM given WHERE seats > capacity) + (SELECT count(*) FROM move WHERE taken > was AND taken > capacity)`).Scan(&given, &beyond)
	if err != nil || beyond > 0 {
		a.find("%d of %d seats were given beyond the capacity (%v)", beyond, given, err)
	}
	return given
}

// passings lists the seats that newcomers were given past somebody who waited.
func (a *auditor) passings(t *testing.T) []string {
	t.Helper()
	return a.texts(t, `SELECT session || ': a newcomer was seated while a party of ' || size || ' waited for ' || free || ' free seats' FROM passed`)
}

// count is the result of a statement that counts.
func (a *auditor) count(t *testing.T, statement string) (n int) {
	t.Helper()
	if err := a.db.QueryRow(statement).Scan(&n); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// texts is the result of a statement that lists one column.
func (a *auditor) texts(t *testing.T, statement string) (list []string) {
	t.Helper()
	rows, err := a.db.Query(statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
