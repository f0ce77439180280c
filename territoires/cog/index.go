package cog

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
)

// namesIndex says in which names of communesTSV each word stands, so that names
// are found without reading them all. Names are numbered by their lines; those
// that communes took after 2019 follow. Numbers are of two bytes, the lower
// first:
//
//	how many words, how many later names; of each later name its line
//	the words in alphabetical order: a byte with how many letters are those of
//	    the word before (3 bits) and how many follow (5 bits), and these
//	the numbers of the words in the order of their letters from the end
//	of each word where it stands: number of the name; a byte with the place of
//	    the word in the name (3 bits), the number of words of the name (3
//	    bits; 7 stands for more as well), 0, and 1 at the last of the word
//
// Words are those of [Words].
//
//go:embed data/names.idx
var namesIndex string

// nameIndex is namesIndex, unpacked as far as that pays.
type nameIndex struct {
	lines     []uint32 // where each line of communesTSV begins
	second    string   // lines of the later names, two bytes each
	letters   string   // all words, one after the other
	words     []uint32 // where each word begins in letters, and the end
	backwards string   // numbers of words, two bytes each
	postings  string
	starts    []uint32 // where the occurrences of each word begin in postings, and the end
}

func number(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

var names = sync.OnceValue(func() *nameIndex {
	x := &nameIndex{lines: make([]uint32, 0, 40_000)}
	for at := 0; at < len(communesTSV); {
		x.lines = append(x.lines, uint32(at))
		at += strings.IndexByte(communesTSV[at:], '\n') + 1
	}
	rest := namesIndex
	words, second := number(rest, 0), number(rest, 1)
	x.second, rest = rest[4:4+2*second], rest[4+2*second:]
	rest = x.readWords(rest, words)
	x.backwards, x.postings = rest[:2*words], rest[2*words:]
	x.starts = make([]uint32, 0, words+1)
	for at := 0; at < len(x.postings); {
		x.starts = append(x.starts, uint32(at))
		for x.postings[at+2]&lastPosting == 0 {
			at += postingSize
		}
		at += postingSize
	}
	x.starts = append(x.starts, uint32(len(x.postings)))
	return x
})

func (x *nameIndex) readWords(packed string, n int) (rest string) {
	x.words = make([]uint32, 0, n+1)
	letters := make([]byte, 0, 8*n)
	last := 0
	for range n {
		same, more := int(packed[0]>>5), int(packed[0]&31)
		start := len(letters)
		letters = append(letters, letters[last:last+same]...)
		letters = append(letters, packed[1:1+more]...)
		packed, last = packed[1+more:], start
		x.words = append(x.words, uint32(start))
	}
	x.words, x.letters = append(x.words, uint32(len(letters))), string(letters)
	return packed
}

func (x *nameIndex) word(id int) string { return x.letters[x.words[id]:x.words[id+1]] }

// find returns the number of a word, and where it would be when there is none.
func (x *nameIndex) find(w string) (id int, ok bool) {
	return sort.Find(len(x.words)-1, func(i int) int { return strings.Compare(w, x.word(i)) })
}

// beginning returns the words that begin with those letters: from first, up to
// but not including end.
func (x *nameIndex) beginning(letters string) (first, end int) {
	n := len(x.words) - 1
	first = sort.Search(n, func(i int) bool { return x.word(i) >= letters })
	end = first + sort.Search(n-first, func(i int) bool { return !strings.HasPrefix(x.word(first+i), letters) })
	return first, end
}

// ending is beginning for the last letters, in places of x.backwards.
func (x *nameIndex) ending(letters string) (first, end int) {
	n := len(x.words) - 1
	first = sort.Search(n, func(i int) bool { return !lessBackwards(x.word(number(x.backwards, i)), letters) })
	end = first + sort.Search(n-first, func(i int) bool { return !strings.HasSuffix(x.word(number(x.backwards, first+i)), letters) })
	return first, end
}

// lessBackwards compares two words by their letters from the end.
func lessBackwards(a, b string) bool {
	for i := 1; i <= len(a) && i <= len(b); i++ {
		if a[len(a)-i] != b[len(b)-i] {
			return a[len(a)-i] < b[len(b)-i]
		}
	}
	return len(a) < len(b)
}

const (
	postingSize = 3
	lastPosting = 1 << 7
	mostCounted = 7 // words of a name, and places in it, are not told apart from here on
)

// A posting is where a word stands.
type posting struct {
	name   int
	at, of int // the place of the word in the name, and how many words that has
}

func (x *nameIndex) occurrences(word int) string {
	return x.postings[x.starts[word]:x.starts[word+1]]
}

func readPosting(s string) posting {
	flags := s[2]
	return posting{number(s, 0), int(flags & 7), int(flags >> 3 & 7)}
}

// lineOf returns the number of the line in which a name stands.
func (x *nameIndex) lineOf(name int) int {
	if name >= len(x.lines) {
		return number(x.second, name-len(x.lines))
	}
	return name
}

// line returns the line in which a name stands.
func (x *nameIndex) line(name int) string {
	line, _, _ := strings.Cut(communesTSV[x.lines[x.lineOf(name)]:], "\n")
	return line
}

// text returns a name as it is written.
func (x *nameIndex) text(name int) string {
	line := x.line(name)
	if name >= len(x.lines) {
		_, later, _ := strings.Cut(line, "\tn:")
		later, _, _ = strings.Cut(later, "\t")
		return later
	}
	first, _ := field(line[5:])
	return first
}
