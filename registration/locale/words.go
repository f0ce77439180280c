package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
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
	lang      string
	localizer *i18n.Localizer
	messages  map[string]*i18n.Message // by key
	texts     map[string][]string      // the same, split by [pieces]
	ones      map[string][]string      // those in the singular
}

// For returns the shared words of the language lang, "fr" or "en". For any other
// language it returns those of French, the first language of a site.
func For(lang string) *Words { return shared.For(lang) }

// Catalogue is the words of one part of the program in both languages.
type Catalogue struct{ read func() (library, error) }

var shared = With()

// With returns a catalogue of the shared words and those of files, which have them
// as catalogue/LANGUAGE/AREA.yaml. The files are read once, when they are first
// needed: see [Catalogue.Check].
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
// gives <no value>: the page stays readable, and tests find both.
func (w *Words) T(key string, args ...any) string {
	if s, ok := fill(w.texts[key], args); ok {
		return s
	}
	return w.say(&i18n.LocalizeConfig{MessageID: key, TemplateData: pairs(key, args)})
}

var named = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// pieces splits a message at its placeholders: the text before the first, its name,
// the text before the second … It returns nil for a message with anything else than
// names in its braces.
func pieces(text string) (list []string) {
	from := 0
	for _, at := range named.FindAllStringSubmatchIndex(text, -1) {
		list = append(list, text[from:at[0]], text[at[2]:at[3]])
		from = at[1]
	}
	list = append(list, text[from:])
	for i := 0; i < len(list); i += 2 {
		if strings.Contains(list[i], "{{") {
			return nil
		}
	}
	return list
}

// fill puts arguments into the pieces of a message, ten times as fast as the
// library. It returns false for a placeholder without an argument, or whose value is
// not a string: these cases are left to the library.
func fill(pieces []string, args []any) (string, bool) {
	if len(pieces) == 0 || len(args)%2 != 0 {
		return "", false
	}
	if len(pieces) == 1 {
		return pieces[0], true
	}
	var b strings.Builder
	for i, piece := range pieces {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		value, given := "", false
		for j := 0; j < len(args) && !given; j += 2 {
			if args[j] == piece {
				value, given = args[j+1].(string)
			}
		}
		if !given {
			return "", false
		}
		b.WriteString(value)
	}
	return b.String(), true
}

// N is T for a message that depends on a number. The rules of the language choose
// its form (in French 0 and 1 are singular), and {{.Count}} is the number as people
// write it.
func (w *Words) N(key string, n int, args ...any) string {
	texts := w.texts
	if n == 1 || n == 0 && w.lang == French {
		texts = w.ones
	}
	if s, ok := fill(texts[key], append([]any{"Count", w.Number(n)}, args...)); ok && n >= 0 {
		return s
	}
	data := pairs(key, args)
	data["Count"] = w.Number(n)
	return w.say(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
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
func (w *Words) Has(key string) bool {
	_, ok := w.messages[key]
	return ok
}

func (w *Words) say(c *i18n.LocalizeConfig) string {
	s, err := w.localizer.Localize(c)
	if err != nil {
		return "⟦" + c.MessageID + "⟧"
	}
	return s
}

// pairs makes template data of name, value, name, value. It panics on a list that is
// not of this form, which is a mistake in the program.
func pairs(key string, args []any) map[string]any {
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok || i+1 == len(args) {
			panic(fmt.Sprintf("locale: arguments of %s: want pairs of a name and a value", key))
		}
		data[name] = args[i+1]
	}
	return data
}

type library struct {
	french, english *Words
	messages        map[string]map[string]*i18n.Message // by language and key
}

func load(all ...fs.FS) (library, error) {
	lib := library{messages: map[string]map[string]*i18n.Message{French: {}, English: {}}}
	bundle := i18n.NewBundle(language.French)
	for _, files := range all {
		if err := lib.add(bundle, files); err != nil {
			return lib, err
		}
	}
	lib.french, lib.english = lib.words(bundle, French), lib.words(bundle, English)
	return lib, nil
}

func (lib library) words(bundle *i18n.Bundle, lang string) *Words {
	w := &Words{lang, i18n.NewLocalizer(bundle, lang), lib.messages[lang], make(map[string][]string), make(map[string][]string)}
	for key, m := range w.messages {
		if m.Other != "" {
			w.texts[key] = pieces(m.Other)
		}
		if m.One != "" {
			w.ones[key] = pieces(m.One)
		}
	}
	return w
}

// add reads the catalogues of files.
func (lib library) add(bundle *i18n.Bundle, files fs.FS) error {
	names, err := fs.Glob(files, "catalogue/*/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		lang := path.Base(path.Dir(name))
		list, err := readCatalogue(files, name, lang)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, m := range list {
			if lib.messages[lang][m.ID] != nil {
				return fmt.Errorf("%s: message %s is in another file too", name, m.ID)
			}
			lib.messages[lang][m.ID] = m
		}
		if err := bundle.AddMessages(language.Make(lang), list...); err != nil {
			return err
		}
	}
	return nil
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
			m.Many = m.Other // of millions, where the words are the same
		}
	}
	return f.Messages, nil
}

func unmarshal(b []byte, v any) error { return yaml.Unmarshal(b, v) }
