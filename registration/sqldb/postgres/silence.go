package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"sync"
	"time"
)

// A server that is frozen, or whose machine is gone, ends no statement itself, and the
// network may tell of it only after a quarter of an hour. Without an answer within
// these times its connection is given up.
const (
	connectFor = 10 * time.Second // unless the address has a connect_timeout
	answerFor  = 25 * time.Second // a little more than the longest statement takes
)

// impatient is a connection that is closed when nothing arrives for that long while
// something is awaited. It leaves deadlines to the driver, which has its own.
type impatient struct {
	net.Conn
	wait time.Duration
}

// Read implements [net.Conn].
func (c *impatient) Read(b []byte) (int, error) {
	defer time.AfterFunc(c.wait, func() { c.Conn.Close() }).Stop()
	return c.Conn.Read(b)
}

// knockAgain is how long nobody tries to connect to a server that did not answer.
const knockAgain = 3 * time.Second

// knocker connects to a server. After one attempt without an answer the others fail at
// once for a while: the pool makes those for which it has callers waiting one after the
// other, and the last of a crowd would wait for all of them.
type knocker struct {
	driver.Connector

	mu  sync.Mutex
	at  time.Time // of the last attempt without an answer
	err error     // of that attempt
}

// Connect implements [driver.Connector].
func (k *knocker) Connect(ctx context.Context) (driver.Conn, error) {
	k.mu.Lock()
	at, err := k.at, k.err
	k.mu.Unlock()
	if err != nil && time.Since(at) < knockAgain {
		return nil, err
	}
	c, err := k.Connector.Connect(ctx)
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() && ctx.Err() == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.at, k.err = time.Now(), err
	}
	return c, err
}
