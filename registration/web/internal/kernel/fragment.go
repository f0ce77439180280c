package kernel

import "sync"

// fragments caches the HTML of parts of pages that show nothing about the
// visitor.
type fragments struct {
	mu   sync.Mutex
	kept map[any]any
}

// maxFragments is how many fragments are cached. With one more the cache is
// emptied.
const maxFragments = 1024

// Fragment returns what [Site.KeepFragment] stored last under key, nil if
// there is nothing.
func (s *Site) Fragment(key any) any {
	s.fragments.mu.Lock()
	defer s.fragments.mu.Unlock()
	return s.fragments.kept[key]
}

// KeepFragment stores a fragment under key. part must contain the data from which
// the HTML was made, so that a reader can see whether it is still valid.
func (s *Site) KeepFragment(key, part any) {
	s.fragments.mu.Lock()
	defer s.fragments.mu.Unlock()
	if _, there := s.fragments.kept[key]; s.fragments.kept == nil || len(s.fragments.kept) >= maxFragments && !there {
		s.fragments.kept = map[any]any{}
	}
	s.fragments.kept[key] = part
}
