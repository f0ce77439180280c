// Package validation checks what people typed, and tells them in one French or
// English sentence per field what to do.
//
// [Validate] checks a struct by its tags: those of validator/v10, those of the
// programme (siren, territory, commune …, see [Register]) and the
// rules that look at several fields ([AddRule]). [ReadJSON] does the same for a
// JSON text, strictly, and finds all mistakes at once. Both give a
// [*Error], whose field errors hold path, rule and parameter but never
// a value, so that it may be logged and sent back.
//
// The sentences of the whole library are here, in messages.go.
package validation
