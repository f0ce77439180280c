// Package web is the registration site as an [http.Handler]. [New] mounts the pages
// of three kinds of visitor: package attendee has those of people who sign up,
// package organiser those under /organisation/, package desk those of the check-in
// desk under /accueil/. Every page is in French at / and in English under /en/.
//
// A handler parses the request, calls the [registration.Desk] once, and answers. It
// returns its error; one table in web/internal/kernel turns errors into statuses and
// pages. Pages are rendered to a buffer before anything is sent: a visitor gets a
// whole page or an error page, never half of one. This package has no page of its
// own.
//
// The sign-up form's fields are given_name, family_name, email, organisation,
// function, category, territory, sessions (repeated; or sessions.0, sessions.1 … with
// one choice for each hour), companions[0].given_name, .family_name and .email and so
// on, interests (repeated), answers.ID for an organiser's question, language and
// privacy. A form with the field add is shown again with one more row for a
// companion.
//
// No page needs JavaScript, none makes a request to a third party, and no cookie is
// set before an organiser signs in. A GET changes nothing, because programs that scan
// mail open links.
package web
