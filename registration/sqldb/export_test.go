package sqldb

// Wrap returns a store on what f makes of the engine of s, for the tests that
// take a part of it away.
func Wrap(s *Store, f func(Engine) Engine) *Store { return New(f(s.engine), s.schema) }
