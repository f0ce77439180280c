// Package web is the registration site as an [http.Handler]: the pages of
// attendees, in French at / and in English under /en/, and those of organisers
// under /organisation/.
//
// A handler parses, asks the [registration.Desk] once, and answers; it returns
// its error, and [New]'s one table turns errors into statuses and pages. Pages
// are rendered to a buffer before anything is sent: a visitor gets a whole page
// or an error page, never half of one.
//
// No page needs JavaScript, none asks a third party for anything, and no cookie
// is set before an organiser signs in. A GET changes nothing: programs that
// scan mail open links.
package web
