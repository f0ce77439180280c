package mail

import (
	"bufio"
	"errors"
	"net"
	"time"
)

// bufferSize holds most mails that have no file attached.
const bufferSize = 16 << 10

// bufferedConn sends what was written to it when it is read, when it is closed, and
// when its buffer is full. The SMTP client writes a message in pieces of 4 kB and
// waits for the answer only when it has written all of them.
//
// An error of sending is that of the call that sent.
type bufferedConn struct {
	net.Conn
	w *bufio.Writer
}

func newBufferedConn(nc net.Conn) bufferedConn {
	return bufferedConn{nc, bufio.NewWriterSize(nc, bufferSize)}
}

func (c bufferedConn) Write(p []byte) (int, error) { return c.w.Write(p) }

func (c bufferedConn) Read(p []byte) (int, error) {
	if err := c.w.Flush(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c bufferedConn) Close() error { return errors.Join(c.w.Flush(), c.Conn.Close()) }

// SetWriteDeadline sends what was written first, under the deadline that it was
// written under: TLS says goodbye, and then lets every later write fail.
func (c bufferedConn) SetWriteDeadline(t time.Time) error {
	return errors.Join(c.w.Flush(), c.Conn.SetWriteDeadline(t))
}
