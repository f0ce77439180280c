package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// answerWord is what is known of a question in a word.
func answerWord(out *screen, a programme.Answer) string {
	switch a {
	case programme.AnswerYes:
		return out.say("yes", "oui")
	case programme.AnswerNo:
		return out.say("no", "non")
	case programme.AnswerLikely:
		return out.say("likely", "probable")
	}
	return out.say("unknown", "inconnu")
}

// stageOf names the furthest stage known, "" when none is.
func stageOf(out *screen, s shown) string {
	if s.Stage == 0 {
		return ""
	}
	return s.Stage.Label(out.lang)
}

// sentence writes an error in the language of the screen. Those of the library
// are English: in French they say what was wanted. Mistakes in the command line
// are English, like its help.
func (s *screen) sentence(err error) string {
	if s.lang == "en" {
		return err.Error()
	}
	var place *cog.ParseError
	var number *sirene.ParseError
	var name *territoires.ParseError
	var path *os.PathError
	switch {
	case errors.As(err, &place):
		return fault(place.Kind, errors.Is(err, cog.ErrUnknown), forms[place.Kind])
	case errors.As(err, &number) && errors.Is(err, sirene.ErrChecksum):
		return number.Kind + " dont la clé de contrôle est fausse"
	case errors.As(err, &number):
		return fault(number.Kind, false, "")
	case errors.As(err, &name):
		return fault("territoire", errors.Is(err, territoires.ErrUnknown), "un identifiant s’écrit ti- et quatre chiffres")
	case errors.As(err, &path) && errors.Is(err, os.ErrNotExist):
		return path.Path + " : fichier ou dossier introuvable"
	}
	return err.Error()
}

// forms says how the codes of places are written.
var forms = map[string]string{
	"région":      "deux chiffres",
	"département": "deux chiffres, 2A, 2B, ou trois chiffres à partir de 971",
	"commune":     "un code Insee a cinq chiffres, ou 2A ou 2B et trois chiffres ; ce n’est pas un code postal",
	"EPCI":        "le SIREN d’un EPCI a neuf chiffres",
}

func fault(kind string, unknown bool, form string) string {
	if unknown {
		return fmt.Sprintf("code ou identifiant inconnu (%s)", kind)
	}
	if form == "" {
		return fmt.Sprintf("code ou identifiant mal formé (%s)", kind)
	}
	return fmt.Sprintf("code ou identifiant mal formé (%s) : %s", kind, form)
}
