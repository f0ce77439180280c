package main

import (
	"errors"
	"os"
)

// stageOf names the furthest stage known, "" when none is.
func stageOf(out *screen, s shown) string {
	if s.Stage == 0 {
		return ""
	}
	return s.Stage.Label(out.lang)
}

// sentence writes an error in the language of the screen. English tells what the
// error of the library tells, French what its sentence for people says. Mistakes
// in the command line are English, like its help.
func (s *screen) sentence(err error) string {
	if s.lang == "en" {
		return err.Error()
	}
	if e, ok := errors.AsType[interface {
		error
		Malformed() bool // parse errors of the library have it
		Message(lang string) string
	}](err); ok {
		return e.Message("fr")
	}
	if e, ok := errors.AsType[*os.PathError](err); ok && errors.Is(err, os.ErrNotExist) {
		return e.Path + " : fichier ou dossier introuvable"
	}
	return err.Error()
}
