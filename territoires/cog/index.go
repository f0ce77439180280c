package cog

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
)

// namesIndex is an inverted index: for each word, the names of communesTSV that
// contain it. Names are numbered by their lines; the further names of a line (that
// which the commune took after 2019, then that of the part that has its code) are
// numbered after these. Numbers have two bytes, the lower first. It holds, in this
// order:
//
//	the number of words; the number of further names; the line of each further name
//	the words in alphabetical order: a byte with the number of letters shared
//	    with the word before (3 bits) and of those that follow (5 bits), then these
//	the occurrences of each word: the number of the name; a byte with the place
//	    of the word in the name (3 bits), the number of words in the name (3
//	    bits; 7 means 7 or more), 0, and 1 if it is the last occurrence
//
// Words are those of [Words].
//
//go:embed data/names.idx
var namesIndex string

// nameIndex is namesIndex with its words and offsets unpacked; occurrences are
// read in place.
type nameIndex struct {
	lines     []uint32 // where each line of communesTSV begins
	second    string   // lines of the further names, two bytes each
	letters   string   // all words, one after the other
	words     []uint32 // where each word begins in letters, and the end
	postings  string
	starts    []uint32                    // where the occurrences of each word begin in postings, and the end
	endings   []uint16                    // numbers of words, in the order of their last two letters
	endingsAt [symbols*symbols + 1]uint16 // where each ending begins in endings
}

func number(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

var (
	namesOnce sync.Once
	namesRead *nameIndex
)

// names reads the index on first use. It does without sync.OnceValue: a package
// variable that refers to the index would link it into every program, also into
// those that never search.
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

// find returns the number of a word, or false and the number at which it would
// be.
func (x *nameIndex) find(w string) (id int, ok bool) {
	return sort.Find(len(x.words)-1, func(i int) int { return strings.Compare(w, x.word(i)) })
}

// beginning returns the range of words that begin with letters: from first up to
// but not including end.
func (x *nameIndex) beginning(letters string) (first, end int) {
	n := len(x.words) - 1
	first = sort.Search(n, func(i int) bool { return x.word(i) >= letters })
	end = first + sort.Search(n-first, func(i int) bool { return !strings.HasPrefix(x.word(first+i), letters) })
	return first, end
}

// symbols is the number of letters and digits in folded words, plus one that
// stands for none.
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
	mostCounted = 7 // places in a name, and numbers of its words, from here on count as this one
)

// A posting is one occurrence of a word.
type posting struct {
	name   int
	at, of int // the place of the word in the name, and the number of words in the name
}

func (x *nameIndex) occurrences(word int) string {
	return x.postings[x.starts[word]:x.starts[word+1]]
}

func readPosting(s string) posting {
	flags := s[2]
	return posting{number(s, 0), int(flags & 7), int(flags >> 3 & 7)}
}

// lineOf returns the number of the line that has a name.
func (x *nameIndex) lineOf(name int) int {
	if name >= len(x.lines) {
		return number(x.second, name-len(x.lines))
	}
	return name
}

// line returns the line that has a name.
func (x *nameIndex) line(name int) string {
	line, _, _ := strings.Cut(communesTSV[x.lines[x.lineOf(name)]:], "\n")
	return line
}

// text returns a name as it is written.
func (x *nameIndex) text(name int) string {
	line := x.line(name)
	key := "\tn:"
	switch {
	case name < len(x.lines):
		first, _ := field(line[5:])
		return first
	case x.ofPart(name):
		key = "\to:"
	}
	_, other, _ := strings.Cut(line, key)
	other, _, _ = strings.Cut(other, "\t")
	return other
}

// ofPart reports whether a name is that of the part of a commune that has its code: the
// last name of its line.
func (x *nameIndex) ofPart(name int) bool {
	if name < len(x.lines) || !strings.Contains(x.line(name), "\to:") {
		return false
	}
	next := name - len(x.lines) + 1
	return 2*next == len(x.second) || number(x.second, next) != number(x.second, next-1)
}
