package kernel

import "sync"

// parts keeps what was drawn of parts of pages that hold nothing of whom they were drawn
// for. It ends with its site.
type parts struct {
	mu   sync.Mutex
	kept map[any]any
}

// mostParts is how many are kept; one more, and all are drawn anew.
const mostParts = 1024

// Drawn returns what [Site.KeepDrawn] kept under key last, nil for nothing.
func (s *Site) Drawn(key any) any {
	s.parts.mu.Lock()
	defer s.parts.mu.Unlock()
	return s.parts.kept[key]
}

// KeepDrawn keeps a part for a while, with what it was drawn of, which whoever gets it
// compares.
func (s *Site) KeepDrawn(key, part any) {
	s.parts.mu.Lock()
	defer s.parts.mu.Unlock()
	if _, there := s.parts.kept[key]; s.parts.kept == nil || len(s.parts.kept) >= mostParts && !there {
		s.parts.kept = map[any]any{}
	}
	s.parts.kept[key] = part
}
