// Package desktest is what tests of several packages do with a registration
// desk.
package desktest
