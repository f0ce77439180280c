// Package web is the registration site as an [http.Handler]. [New] mounts the pages
// of three kinds of visitor: package attendee has those of people who sign up,
// package organiser those under /organisation/, package desk those of the check-in
// desk under /accueil/. Every page is in French at / and in English under /en/.
//
// A handler parses, asks the [registration.Desk] once, and answers; it returns its
// error, and one table in web/internal/kernel turns errors into statuses and pages.
// Pages are rendered to a buffer before anything is sent: a visitor gets a whole
// page or an error page, never half of one. This package has no page of its own.
//
// The sign-up form's fields are given_name, family_name, email, organisation,
// function, category, territory, sessions (repeated; sessions.0, sessions.1 … say
// the same for one hour each), companions[0].given_name, .family_name and
// .email and so on, interests (repeated), answers.ID for an organiser's question,
// language and privacy. A form with a field add comes back with one more row.
//
// No page needs JavaScript, none asks a third party for anything, and no cookie
// is set before an organiser signs in. A GET changes nothing: programs that
// scan mail open links.
package web
