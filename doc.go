// Package sdk is the root of the module; it holds no code.
//
// What is where:
//
//   - [github.com/territoires-industrie/sdk/territoires] has the French programme
//     « Territoires d'industrie »: its territories, documents and rules.
//   - [github.com/territoires-industrie/sdk/registration] has the sign-ups for the
//     programme's national meetings: rules, database, mail and web site.
package sdk
