package main

import (
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// secretVariables are read from the environment only: no flag sets them.
var secretVariables = []string{"RENCONTRE_SECRET", "RENCONTRE_SMTP_PASSWORD"}

// noVariable are the variables of flags that must be typed each time, because they
// overwrite or confirm something, or because people are seated, told or not told.
var noVariable = []string{
	"RENCONTRE_FORCE", "RENCONTRE_NEW_SECRET", "RENCONTRE_CLOCK_IS_RIGHT", "RENCONTRE_YES",
	"RENCONTRE_NEW", "RENCONTRE_FREEZE", "RENCONTRE_PASS", "RENCONTRE_WRITE", "RENCONTRE_TELL",
}

// variables removes the variables of the flags that must be typed.
func variables(k *kong.Kong) {
	for _, f := range flagsOf(k.Model.Node) {
		f.Envs = slices.DeleteFunc(f.Envs, func(name string) bool { return slices.Contains(noVariable, name) })
		f.Tag.Envs = f.Envs
	}
}

// heed leaves to each flag only the variables that say something to it. An empty one
// says nothing, but that of the proxies, which then trusts none. RENCONTRE_FORMAT
// belongs to several commands: what only another of them understands is not for this
// one.
func heed(k *kong.Kong) {
	var formats []string
	all := flagsOf(k.Model.Node)
	for _, f := range all {
		if f.Name == "format" {
			formats = append(formats, f.EnumSlice()...)
		}
	}
	for _, f := range all {
		f.Tag.Envs = slices.DeleteFunc(slices.Clone(f.Envs), func(name string) bool {
			value := os.Getenv(name)
			foreign := f.Name == "format" && slices.Contains(formats, value) && !slices.Contains(f.EnumSlice(), value)
			return foreign || value == "" && f.Name != "trusted-proxy"
		})
	}
}

// flagsOf returns the flags of a command and all below it.
func flagsOf(n *kong.Node) []*kong.Flag {
	all := slices.Clone(n.Flags)
	for _, c := range n.Children {
		all = append(all, flagsOf(c)...)
	}
	return all
}

// unknownVariables returns the names in environ that begin with RENCONTRE_ but are no
// variable of this program.
func unknownVariables(environ []string) (list []string) {
	k, err := parser()
	if err != nil {
		panic("rencontre: command line: " + err.Error())
	}
	known := slices.Clone(secretVariables)
	for _, f := range flagsOf(k.Model.Node) {
		known = append(known, f.Envs...)
	}
	for _, e := range environ {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "RENCONTRE_") && !slices.Contains(known, name) {
			list = append(list, name)
		}
	}
	return list
}
