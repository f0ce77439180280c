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
	postings  string
	starts    []uint32 // where the occurrences of each word begin in postings, and the end
	endings   []uint16 // numbers of words, in the order of their last two letters
	endingsAt [symbols*symbols + 1]uint16
}

func number(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

var (
	namesOnce sync.Once
	namesRead *nameIndex
)

// names reads the index on first use. It is no sync.OnceValue, which would be
// initialised with the program: so the linker leaves the index out of programs
// that look for no name.
func names() *nameIndex {
	namesOnce.Do(func() { namesRead = readNames() })
	return namesRead
}

func readNames() *nameIndex {
	x := &nameIndex{lines: make([]uint32, 0, 40_000)}
	for at := 0; at < len(communesTSV); {
		x.lines = append(x.lines, uint32(at))
		at += strings.IndexByte(communesTSV[at:], '\n') + 1
	}
	rest := namesIndex
	words, second := number(rest, 0), number(rest, 1)
	x.second, rest = rest[4:4+2*second], rest[4+2*second:]
	x.postings = x.readWords(rest, words)
	x.orderEndings()
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
}

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

// symbols is how many a folded word is written with, and one for none.
const symbols = 26 + 10 + 1

func symbol(c byte) int {
	if c >= 'a' {
		return int(c-'a') + 11
	}
	return int(c-'0') + 1
}

// ending numbers the last two letters of a word, in no particular order.
func ending(word string) int {
	n := len(word)
	if n < 2 {
		return symbol(word[n-1])
	}
	return symbol(word[n-2])*symbols + symbol(word[n-1])
}

// orderEndings sorts the words by their last two letters.
func (x *nameIndex) orderEndings() {
	n := len(x.words) - 1
	var counts [symbols*symbols + 1]int
	for id := range n {
		counts[ending(x.word(id))+1]++
	}
	for e := 1; e < len(counts); e++ {
		counts[e] += counts[e-1]
		x.endingsAt[e] = uint16(counts[e])
	}
	x.endings = make([]uint16, n)
	for id := range n {
		e := ending(x.word(id))
		x.endings[counts[e]] = uint16(id)
		counts[e]++
	}
}

// endingLike returns the words whose last two letters are those of a word.
func (x *nameIndex) endingLike(word string) []uint16 {
	e := ending(word)
	return x.endings[x.endingsAt[e]:x.endingsAt[e+1]]
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
