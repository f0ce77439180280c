// Package sdk is the root of the module; it holds no code.
//
// What is where:
//
//   - [github.com/territoires-industrie/sdk/territoires] models the French
//     programme « Territoires d'industrie »: who and where, documents, rules.
//   - [github.com/territoires-industrie/sdk/registration] keeps the sign-ups
//     for the programme's national meetings, down to the web site.
package sdk
