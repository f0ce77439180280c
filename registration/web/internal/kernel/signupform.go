package kernel

import (
	"net/url"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// SignUpFields reads the fields of the sign-up form without checking them: the Desk
// does that.
func SignUpFields(values url.Values) registration.Request {
	return registration.Request{
		GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Email: values.Get("email"),
		Organisation: values.Get("organisation"), Function: values.Get("function"),
		Category: registration.Category(values.Get("category")), Territory: values.Get("territory"),
		Language: registration.Language(values.Get("language")), Privacy: values.Get("privacy") != "",
		Sessions: ChosenSessions(values), Companions: Companions(values), Answers: answers(values), Interests: values["interests"],
	}
}

// answers reads the fields answers.ID; the Desk knows which questions there are.
func answers(values url.Values) registration.Answers {
	list := registration.Answers{}
	for name, texts := range values {
		if id, ok := strings.CutPrefix(name, "answers."); ok {
			list[id] = texts
		}
	}
	return list
}

// SignUpValues returns the values of the sign-up form, filled in from a sign-up.
func SignUpValues(s registration.Signup) url.Values {
	values := url.Values{
		"given_name": {s.GivenName}, "family_name": {s.FamilyName}, "organisation": {s.Organisation}, "function": {s.Function},
		"category": {string(s.Category)}, "territory": {s.Territory}, "language": {string(s.Language)}, "interests": s.Interests,
	}
	if t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(s.Territory)); ok {
		values.Set("territory", OfficialName(t))
	}
	for id, texts := range s.Answers {
		values["answers."+id] = texts
	}
	return values
}
