package mail

import (
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// BenchmarkCompose is the cost of the text alone.
func BenchmarkCompose(b *testing.B) {
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range []registration.Kind{registration.MailConfirm, registration.MailConfirmed} {
		b.Run(string(k), func(b *testing.B) {
			l := letter(k, registration.French)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Compose(l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkComposeSignSubmit composes, signs and submits mails over 8
// connections to a server in the same process, without the outbox. A courier
// cannot be faster.
func BenchmarkComposeSignSubmit(b *testing.B) {
	for _, a := range []Algorithm{Ed25519, RSA} {
		b.Run(string(a), func(b *testing.B) {
			srv := serve(b, &server{}, Plaintext)
			s := newSender(b, Options{Addr: srv.addr, Security: Plaintext, Idle: 8})
			c, err := NewComposer("rencontre@exemple.fr")
			if err != nil {
				b.Fatal(err)
			}
			signer, err := NewSigner(c, generate(b, a))
			if err != nil {
				b.Fatal(err)
			}
			carry(b, signer, s)
		})
	}
}

func carry(b *testing.B, c registration.Composer, s registration.Sender) {
	l := letter(registration.MailConfirmed, registration.French)
	mails := make(chan struct{}, b.N)
	for range b.N {
		mails <- struct{}{}
	}
	close(mails)
	b.ResetTimer()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range mails {
				m, err := c.Compose(l)
				if err == nil {
					err = s.Send(b.Context(), m)
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
