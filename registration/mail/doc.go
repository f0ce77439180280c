// Package mail writes the site's messages and submits them. A [Composer]
// turns a registration.Letter into a message in the language of the sign-up.
// Its text and HTML parts say the same; a calendar entry and a ticket are
// attached where the letter calls for them. A [Sender] submits messages to
// one mail server over SMTP, with TLS unless the server is on this machine.
//
//	composer, err := mail.NewComposer("Rencontres <rencontre@exemple.fr>")
//	options, err := mail.ParseURL("smtp://rencontre@smtp.exemple.fr:587")
//	options.Password = password
//	sender, err := mail.NewSender(options)
package mail
