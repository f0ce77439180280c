package mail

import (
	"bufio"
	"errors"
	"net"
	"time"
)

// bufferSize holds most mails that have no file attached.
const bufferSize = 16 << 10

// bufferedConn keeps what is written to it and sends it when the answer is read, when
// the connection is closed and when the buffer is full: the SMTP client writes a message
// in pieces of 4 kB, and reads only after the last. If sending fails, the call that sent
// returns the error, and so does every later one.
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

// SetWriteDeadline sends what is kept before it sets t, which is meant for later writes:
// TLS writes its goodbye, and then sets a deadline that lets every later write fail.
func (c bufferedConn) SetWriteDeadline(t time.Time) error {
	return errors.Join(c.w.Flush(), c.Conn.SetWriteDeadline(t))
}
