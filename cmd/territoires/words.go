package main

import (
	"errors"
	"os"
)

// stageOf returns the label of the furthest known stage, "" if none is known.
func stageOf(out *screen, s shown) string {
	if s.Stage == 0 {
		return ""
	}
	return s.Stage.Label(out.lang)
}

// sentence writes an error in the language of the screen: the text of the library's
// error in English, its sentence for people in French. Mistakes in the command line
// are in English, like its help.
func (s *screen) sentence(err error) string {
	if s.lang == "en" {
		return err.Error()
	}
	if e, ok := errors.AsType[interface {
		error
		Malformed() bool // a method of the library's parse errors
		Message(lang string) string
	}](err); ok {
		return e.Message("fr")
	}
	if e, ok := errors.AsType[*os.PathError](err); ok && errors.Is(err, os.ErrNotExist) {
		return e.Path + " : fichier ou dossier introuvable"
	}
	return err.Error()
}
