package mail_test

import (
	"bytes"
	"fmt"
	netmail "net/mail"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/mail"
)

func ExampleComposer() {
	c, err := mail.NewComposer("Rencontres <rencontre@exemple.fr>")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := c.Compose(registration.Letter{
		Mail:      registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn},
		Organiser: registration.Organiser{Email: "orga@exemple.fr"},
		Links:     registration.Links{SignIn: "https://rencontre.exemple.fr/organisation/connexion/jeton"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := netmail.ReadMessage(bytes.NewReader(m.Data))
	fmt.Println(m.To, read.Header.Get("Subject"), err)
	// Output: orga@exemple.fr Votre lien de connexion <nil>
}
