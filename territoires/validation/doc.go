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
//   - with path, rule, parameter and a parser's cause, but never with what was
//     typed, so that they may be logged and sent back.
//
// A program with a validator of its own gets the same by [Register] and
// [Translate].
//
// The sentences are in messages.go. For a code or an identifier they are those of
// its parse error, in the package that parses it.
package validation
