// Package kernel is what the pages of attendees, of organisers and of the
// check-in desk share, so that none of it becomes public API.
//
// A [Site] holds what pages need; a [Part] is the pages for one kind of visitor,
// with their templates and words; [Site.Handler] mounts parts in one mux, in
// French at / and in English under /en/. A [Handler] gets a [Request], parses
// it, asks the Desk once, and answers with [Request.Page], [Request.Redirect] or
// a file. It returns its error: one table turns errors into statuses and pages.
//
// What belongs here is used by two parts or frames every page: forms and what
// is read from them, meetings and people as pages show them, layout, sessions,
// headers, assets. A page that one kind of visitor sees belongs to their part.
package kernel
