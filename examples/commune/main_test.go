package main

import (
	"strings"
	"testing"
)

func TestTell(t *testing.T) {
	t.Parallel()
	montbard := "21425 Montbard (Côte-d'Or, Bourgogne-Franche-Comté), CC du Montbardois: ti-2701 Auxois Morvan\n"
	for _, tt := range []struct {
		text, want string
		ok         bool
	}{
		{"Montbard", montbard, true},
		{"21425", montbard, true},
		{"saint ouen", "41226 Saint-Ouen (Loir-et-Cher, Centre-Val de Loire), CA Territoires Vendômois: ti-2408 Vallée du Loir\n" +
			"80711 Saint-Ouen (Somme, Hauts-de-France), CC Nièvre et Somme: in no territory\n", true},
		{"Ouessant", "29155 Ouessant (Finistère, Bretagne): in no territory\n", true}, // in no EPCI
		{"97502", "97502 Saint-Pierre: in no territory\n", true},                      // in no département
		{"Zzz", "no commune of 2019 is called so\n", false},
		{"1004", "cog: commune malformed: a leading zero may be lost: 01004 is Ambérieu-en-Bugey\n", false},
		{"75107", "cog: commune unknown: 75107 is an arrondissement municipal of 75056 Paris\n", false},
	} {
		var out strings.Builder
		if ok := tell(&out, tt.text); ok != tt.ok || out.String() != tt.want {
			t.Errorf("%q gives %v:\n%swant:\n%s", tt.text, ok, out.String(), tt.want)
		}
	}
}
