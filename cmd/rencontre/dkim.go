package main

import (
	"fmt"

	"github.com/territoires-industrie/sdk/registration/mail"
)

// dkimCmd is `rencontre dkim`.
type dkimCmd struct {
	Generate dkimGenerateCmd `cmd:"" help:"Make keys that sign mails, and print the DNS records to publish."`
}

// dkimGenerateCmd is `rencontre dkim generate`.
type dkimGenerateCmd struct {
	Domain    string `required:"" placeholder:"DOMAIN" help:"Domain of the address that mails come from."`
	Selector  string `default:"rencontre" help:"Name of the keys among the domain's; the algorithm is added to it."`
	Algorithm string `enum:"both,ed25519,rsa" default:"both" help:"One algorithm alone: both, ed25519 or rsa."`
	Output    string `type:"existingdir" default:"." placeholder:"DIR" help:"Folder for the private keys."`
}

// Run writes a private key for each algorithm, and prints its DNS record as a line
// of a zone file. It never overwrites a key.
func (c dkimGenerateCmd) Run(t terminal) error {
	algorithms := []mail.Algorithm{mail.Ed25519, mail.RSA}
	if c.Algorithm != "both" {
		algorithms = []mail.Algorithm{mail.Algorithm(c.Algorithm)}
	}
	for _, a := range algorithms {
		k, err := mail.GenerateKey(a, c.Domain, c.Selector+"-"+string(a))
		if err != nil {
			return usageError{err}
		}
		path, err := k.WriteFile(c.Output)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "private key: %s\n", path)
		if _, err := fmt.Fprintln(t.out, k.Zone()); err != nil {
			return err
		}
	}
	return nil
}
