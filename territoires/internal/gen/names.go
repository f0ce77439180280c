package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// occurrence is a word in a name: the number of the name and where in it.
type occurrence struct {
	name   int
	at, of int // the place of the word in the name, and the number of words in the name
}

// writeNames writes the index of the words in names of communes, from the table
// of communes beside it. Package cog describes its format, beside the code that
// reads it.
func writeNames(table, file string) error {
	text, err := os.ReadFile(table)
	if err != nil {
		return err
	}
	found, second, err := occurrences(string(text))
	if err != nil {
		return err
	}
	words := slices.Sorted(maps.Keys(found))
	var b bytes.Buffer
	put := func(n int) {
		b.Write(binary.LittleEndian.AppendUint16(nil, uint16(n)))
	}
	put(len(words))
	put(len(second))
	for _, line := range second {
		put(line)
	}
	last := ""
	for _, w := range words {
		same := common(last, w)
		same = min(same, 7)
		if len(w)-same > 31 {
			return fmt.Errorf("%q is longer than the index can hold", w)
		}
		b.WriteByte(byte(same<<5 | len(w) - same))
		b.WriteString(w[same:])
		last = w
	}
	for _, w := range words {
		for i, o := range found[w] {
			put(o.name)
			flags := byte(min(o.at, 7) | min(o.of, 7)<<3)
			if i == len(found[w])-1 {
				flags |= 1 << 7
			}
			b.WriteByte(flags)
		}
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// occurrences lists the occurrences of each word. Names are numbered by their lines;
// the further names of each line follow, and second has their lines.
func occurrences(table string) (found map[string][]occurrence, second []int, err error) {
	found = map[string][]occurrence{}
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	add := func(name int, text string) {
		words := cog.Words(text)
		for i, w := range words {
			found[w] = append(found[w], occurrence{name, i, len(words)})
		}
	}
	for i, line := range lines {
		name, extras, _ := strings.Cut(line[5:], "\t")
		if strings.Contains(extras, "\ta:") {
			continue
		}
		add(i, name)
		for _, key := range []string{"\tn:", "\to:"} {
			if _, other, ok := strings.Cut(extras, key); ok {
				other, _, _ = strings.Cut(other, "\t")
				add(len(lines)+len(second), other)
				second = append(second, i)
			}
		}
	}
	if len(lines)+len(second) > 1<<16 || len(found) > 1<<16 {
		return nil, nil, fmt.Errorf("%d names and %d words are more than the index can number", len(lines)+len(second), len(found))
	}
	return found, second, nil
}

// common returns the length of the longest common prefix of two words, in bytes.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
