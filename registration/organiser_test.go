package registration_test

import (
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

func TestRoleIncludes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		role, other registration.Role
		want        bool
	}{
		{registration.RoleAdmin, registration.RoleReader, true}, {registration.RoleDesk, registration.RoleDesk, true},
		{registration.RoleReader, registration.RoleDesk, false}, {registration.RoleOrganiser, registration.RoleAdmin, false},
		{"", registration.RoleReader, false}, {registration.RoleAdmin, "", false}, {"chef", "chef", false},
	} {
		if got := tt.role.Includes(tt.other); got != tt.want {
			t.Errorf("%q includes %q: %v, want %v", tt.role, tt.other, got, tt.want)
		}
	}
}
