// Package web is the registration site as an [http.Handler]: the pages of
// attendees, in French at / and in English under /en/, and those of organisers
// under /organisation/.
//
// A handler parses, asks the [registration.Desk] once, and answers; it returns
// its error, and [New]'s one table turns errors into statuses and pages. Pages
// are rendered to a buffer before anything is sent: a visitor gets a whole page
// or an error page, never half of one.
//
// The sign-up form's fields are given_name, family_name, email, organisation,
// function, category, territory, sessions (repeated; sessions.0, sessions.1 … say
// the same for one hour each), companions[0].given_name, .family_name and
// .email and so on, interests (repeated), answers.ID for an organiser's question,
// language and privacy. A form with a field add comes back with a row more.
//
// No page needs JavaScript, none asks a third party for anything, and no cookie
// is set before an organiser signs in. A GET changes nothing: programs that
// scan mail open links.
package web
