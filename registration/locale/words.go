package locale

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// The languages of the catalogues.
const (
	French  = "fr"
	English = "en"
)

//go:embed catalogue
var catalogues embed.FS

// Words gives the words of one language. Get one from [For] or [Catalogue.For].
type Words struct {
	lang  string
	tag   language.Tag
	texts map[string][]string // by key, split by [pieces]
	ones  map[string][]string // those in the singular
}

// For returns the shared words of the language lang, "fr" or "en". For any other
// language it returns those of French, the first language of a site.
func For(lang string) *Words { return shared.For(lang) }

// Catalogue is the words of one part of the program in both languages.
type Catalogue struct{ read func() (library, error) }

var shared = With()

// With returns a catalogue of the shared words and those of files, which have them
// as catalogue/LANGUAGE/AREA.yaml. The files are read when they are first needed (see
// [Catalogue.Check]), and embedded ones once for all catalogues.
func With(files ...fs.FS) *Catalogue {
	all := append([]fs.FS{catalogues}, files...)
	return &Catalogue{sync.OnceValues(func() (library, error) { return load(all...) })}
}

// Check returns what is wrong with the files, nil if they can be read and no
// message is in two of them.
func (c *Catalogue) Check() error {
	_, err := c.read()
	return err
}

// For is [For] for the words of c. It panics if [Catalogue.Check] returns an error,
// because the files are embedded and part of the program.
func (c *Catalogue) For(lang string) *Words {
	lib, err := c.read()
	if err != nil {
		panic("locale: catalogues: " + err.Error())
	}
	if lang == English {
		return lib.english
	}
	return lib.french
}

// Lang is the language of w, "fr" or "en": the value of an HTML lang attribute.
func (w *Words) Lang() string { return w.lang }

// T returns the message key. The arguments are pairs of a placeholder's name
// and its value: T(key, "Name", name) fills {{.Name}}.
//
// A key that is in no catalogue gives ⟦key⟧, and a placeholder without an argument
// gives <no value>: the page stays readable, and tests find both. T panics on
// arguments that are not pairs, which is a mistake in the program.
func (w *Words) T(key string, args ...any) string { return fill(key, w.texts[key], args) }

var named = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// pieces splits a message at its placeholders: the text before the first, its name,
// the text before the second … It returns an error for a message with anything else
// than names in its braces.
func pieces(text string) (list []string, err error) {
	from := 0
	for _, at := range named.FindAllStringSubmatchIndex(text, -1) {
		list = append(list, text[from:at[0]], text[at[2]:at[3]])
		from = at[1]
	}
	list = append(list, text[from:])
	for i := 0; i < len(list); i += 2 {
		if strings.Contains(list[i], "{{") {
			return nil, fmt.Errorf("%q: want {{.Name}} in braces", text)
		}
	}
	return list, nil
}

// fill puts arguments into the pieces of the message key. The first of two
// arguments with one name counts.
func fill(key string, pieces []string, args []any) string {
	if len(args)%2 != 0 {
		panic(fmt.Sprintf("locale: arguments of %s: want pairs of a name and a value", key))
	}
	switch len(pieces) {
	case 0:
		return "⟦" + key + "⟧"
	case 1:
		return pieces[0]
	}
	var b strings.Builder
	for i, piece := range pieces {
		if i%2 == 0 {
			b.WriteString(piece)
		} else {
			b.WriteString(argument(args, piece))
		}
	}
	return b.String()
}

// argument returns the value that follows a name.
func argument(args []any, name string) string {
	for i := 0; i < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		if s, ok := args[i+1].(string); ok {
			return s
		}
		return fmt.Sprint(args[i+1])
	}
	return "<no value>"
}

// N is T for a message that depends on a number. The rules of the language choose
// its form (in French 0 and 1 are singular), and {{.Count}} is the number as people
// write it.
func (w *Words) N(key string, n int, args ...any) string {
	texts := w.texts
	if plural.Cardinal.MatchPlural(w.tag, max(n, -n), 0, 0, 0, 0) == plural.One {
		texts = w.ones
	}
	return fill(key, texts[key], append([]any{"Count", w.Number(n)}, args...))
}

// Within is N for a number that is counted only up to most. For a greater one the
// message is key_beyond, and {{.Count}} is most.
func (w *Words) Within(most int, key string, n int) string {
	if n > most {
		return w.T(key+"_beyond", "Count", w.Number(most))
	}
	return w.N(key, n)
}

// Has reports whether a catalogue has the message key in this language.
func (w *Words) Has(key string) bool { return w.texts[key] != nil }

type library struct{ french, english *Words }

func load(all ...fs.FS) (library, error) {
	lib := library{newWords(French), newWords(English)}
	for _, files := range all {
		own, err := wordsOf(files)
		if err == nil {
			err = errors.Join(lib.french.join(own.french), lib.english.join(own.english))
		}
		if err != nil {
			return lib, err
		}
	}
	return lib, nil
}

// embedded has what [parse] returned for embedded files. They never change, and
// reading them is most of the work of making a site.
var embedded sync.Map // of embed.FS to func() (library, error)

// wordsOf returns the words of files alone.
func wordsOf(files fs.FS) (library, error) {
	own, ok := files.(embed.FS)
	if !ok {
		return parse(files)
	}
	once, _ := embedded.LoadOrStore(own, sync.OnceValues(func() (library, error) { return parse(own) }))
	return once.(func() (library, error))()
}

func parse(files fs.FS) (library, error) {
	lib := library{newWords(French), newWords(English)}
	return lib, errors.Join(lib.french.add(files), lib.english.add(files))
}

func newWords(lang string) *Words {
	return &Words{lang, language.Make(lang), map[string][]string{}, map[string][]string{}}
}

// add reads the catalogues of files.
func (w *Words) add(files fs.FS) error {
	names, err := fs.Glob(files, "catalogue/"+w.lang+"/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		list, err := readCatalogue(files, name, w.lang)
		for _, m := range list {
			if err == nil {
				err = w.put(m)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// join adds the messages of others.
func (w *Words) join(others *Words) error {
	for id := range others.texts {
		if w.Has(id) {
			return inTwo(id)
		}
	}
	maps.Copy(w.texts, others.texts)
	maps.Copy(w.ones, others.ones)
	return nil
}

func inTwo(id string) error { return fmt.Errorf("message %s is in another file too", id) }

func (w *Words) put(m *i18n.Message) (err error) {
	if w.Has(m.ID) {
		return inTwo(m.ID)
	}
	if m.One != "" {
		if w.ones[m.ID], err = pieces(m.One); err != nil {
			return err
		}
	}
	w.texts[m.ID], err = pieces(m.Other)
	return err
}

// readCatalogue returns the messages of one file, their keys preceded by its
// area and French texts typeset.
func readCatalogue(files fs.FS, name, lang string) ([]*i18n.Message, error) {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	area := strings.TrimSuffix(path.Base(name), ".yaml")
	// The library takes the language from the name.
	f, err := i18n.ParseMessageFileBytes(b, area+"."+lang+".yaml", map[string]i18n.UnmarshalFunc{"yaml": unmarshal})
	if err != nil {
		return nil, err
	}
	for _, m := range f.Messages {
		m.ID = area + "." + m.ID
		if lang == French {
			m.One, m.Other = Typeset(m.One), Typeset(m.Other)
		}
	}
	return f.Messages, nil
}

func unmarshal(b []byte, v any) error { return yaml.Unmarshal(b, v) }
