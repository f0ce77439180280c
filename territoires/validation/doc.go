// Package validation checks what people typed, and tells them in one French or
// English sentence per field what to do.
//
// [Validate] checks a struct by its tags: those of validator/v10, those of the
// programme (siren, territory, commune …, see [Register]) and the rules that look
// at several fields ([AddRule]). [ReadJSON] does the same for a JSON text, strictly,
// and finds all mistakes at once. Both give a [*Error] with field errors
//
//   - in the order of the struct,
//   - with paths in JSON names,
//   - each once,
//   - with path, rule, parameter and the cause that a parser found, but never
//     with what was typed, so that they may be logged and sent back.
//
// [Register] and [Translate] keep this for a validator of the program's own.
//
// The sentences are in messages.go; those about a code or an identifier are the
// parse errors' own, in the packages that parse it.
package validation
