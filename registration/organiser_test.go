package registration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

func TestRights(t *testing.T) {
	t.Parallel()
	const here, there = "2019-06-12-paris", "2020-06-10-lyon"
	grant := func(meeting string, role registration.Role) registration.Grant {
		return registration.Grant{Meeting: meeting, Role: role}
	}
	for _, tt := range []struct {
		name   string
		grants []registration.Grant
		want   string // the rights here, there and everywhere
	}{
		{"nobody", nil, "- - -"},
		{"desk", []registration.Grant{grant("", registration.RoleDesk)}, "d d d"},
		{"reader", []registration.Grant{grant("", registration.RoleReader)}, "r r r"},
		{"organiser", []registration.Grant{grant("", registration.RoleOrganiser)}, "dra dra dra"},
		{"admin", []registration.Grant{grant("", registration.RoleAdmin)}, "drat drat drat"},
		{"no such role", []registration.Grant{grant("", "chef")}, "- - -"},
		{"of one meeting", []registration.Grant{grant(here, registration.RoleAdmin)}, "drat - -"},
		{"scopes add up", []registration.Grant{grant("", registration.RoleDesk), grant(there, registration.RoleReader)}, "d dr d"},
	} {
		o := registration.Organiser{Grants: tt.grants}
		rights := func(slug string) (list string) {
			for _, r := range []registration.Right{registration.RightDesk, registration.RightRead, registration.RightAct, registration.RightTeam} {
				if o.May(r, slug) {
					list += string(r[0])
				}
			}
			if list == "" {
				return "-"
			}
			return list
		}
		if diff := cmp.Diff(tt.want, rights(here)+" "+rights(there)+" "+rights("")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	const here, there = "2019-06-12-paris", "2020-06-10-lyon"
	self := registration.Organiser{Grants: []registration.Grant{{Role: registration.RoleReader}, {Meeting: here, Role: registration.RoleOrganiser}}}
	for _, tt := range []struct {
		grant registration.Grant
		want  bool
	}{
		{registration.Grant{Meeting: here, Role: registration.RoleDesk}, true}, {registration.Grant{Role: registration.RoleReader}, true},
		{registration.Grant{Meeting: there, Role: registration.RoleDesk}, false}, {registration.Grant{Role: registration.RoleDesk}, false},
		{registration.Grant{Meeting: here, Role: registration.RoleAdmin}, false},
	} {
		if got := self.Covers([]registration.Grant{tt.grant}); got != tt.want {
			t.Errorf("covers %v: %v, want %v", tt.grant, got, tt.want)
		}
	}
}
