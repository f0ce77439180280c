// Package attendee has the pages of visitors and of people who sign up: the list
// of meetings and the page of each, the sign-up form, what the links of mails
// lead to (confirmation, the attendee's page with its changes, the ticket), the
// page of the programme, and the legal pages.
//
// Nobody signs in here: whoever has the link of a sign-up may use its pages. Pages
// for people who are signed in are in the packages organiser and desk. Code that two
// of these packages need is in the kernel.
//
// A page has a template in templates, a struct, and a handler in the file of its
// subject; its words are in catalogue.
package attendee
