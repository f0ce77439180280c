// Package mail writes the site's messages and submits them.
//
// A [Composer] turns a registration.Letter into a message with a text and an
// HTML part that say the same, in the language of the sign-up, with the
// calendar entry where there is one. A [Sender] submits messages to one mail
// server over SMTP, with TLS unless it is on this machine.
//
//	composer, err := mail.NewComposer("Rencontres <rencontre@exemple.fr>")
//	options, err := mail.ParseURL("smtp://rencontre@smtp.exemple.fr:587")
//	options.Password = password
//	sender, err := mail.NewSender(options)
package mail
