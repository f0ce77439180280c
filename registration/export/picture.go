package export

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strconv"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// The measures of a picture, in pixels: a card as wide as phones show at once.
const (
	pictureWidth  = 1080
	pictureMargin = 72
	pictureText   = pictureWidth - 2*pictureMargin
	pictureCode   = 700  // at most, of the QR code with its white margin
	pictureHeight = 6000 // more than the longest texts need; what is left is cut off
)

// The greys of a picture: ink, secondary text, lines.
var inkGrey, mutedGrey, lineGrey = color.Gray{0x1d}, color.Gray{0x58}, color.Gray{0x8c}

// Picture writes a ticket as a PNG for the screen of a phone, which prints
// legibly too, in the language l. Its letters are those of [Tickets]. It
// returns the error of w, or that of a text too long for a code.
func Picture(w io.Writer, l registration.Language, p Pass) error {
	c := &card{Gray: image.NewGray(image.Rect(0, 0, pictureWidth, pictureHeight)), words: speak(l), y: pictureMargin}
	for i := range c.Pix {
		c.Pix[i] = 0xff
	}
	if err := c.pass(p); err != nil {
		return err
	}
	c.y += pictureMargin
	for _, side := range []image.Rectangle{
		{Max: image.Pt(pictureWidth, 3)}, {Max: image.Pt(3, c.y)},
		image.Rect(0, c.y-3, pictureWidth, c.y), image.Rect(pictureWidth-3, 0, pictureWidth, c.y),
	} {
		draw.Draw(c.Gray, side, image.NewUniform(lineGrey), image.Point{}, draw.Src)
	}
	return png.Encode(w, c.SubImage(image.Rect(0, 0, pictureWidth, min(c.y, pictureHeight))))
}

// card is the picture while it is drawn, from the top.
type card struct {
	*image.Gray
	words speech
	y     int  // where the next line goes
	cut   bool // letters were left out
}

// pass draws what the desk asks for first, then what the person must know.
func (c *card) pass(p Pass) error {
	m := p.Meeting
	c.text("serif", 46, inkGrey, c.words.text(m.Title))
	c.y += 36
	c.day(m)
	c.text("sans", 36, inkGrey, c.words.place(m))
	c.rule()
	c.name(p.Signup.GivenName + " " + p.Signup.FamilyName)
	c.text("sans", 34, mutedGrey, strings.TrimSpace(p.Signup.Function+"\n"+p.Signup.Organisation))
	c.y += 12
	if err := c.code(p); err != nil {
		return err
	}
	if sessions := c.words.sessions(p); sessions != "" {
		c.rule()
		c.text("sans", 30, mutedGrey, c.words.T("words.column.sessions"))
		c.text("sans", 34, inkGrey, sessions)
	}
	c.rule()
	if c.cut {
		c.text("sans", 30, inkGrey, c.words.T("ticket.cut"))
		c.y += 12
	}
	c.text("sans", 30, mutedGrey, c.words.T("ticket.use"))
	if m.Example {
		c.y += 12
		c.text("sans", 26, mutedGrey, c.words.T("meeting.examples"))
	}
	return nil
}

// day draws the date as pages do: a large figure, its three words beside it,
// the hours beneath.
func (c *card) day(m registration.Meeting) {
	day := m.Day.In(registration.Paris)
	number, top := c.words.DayNumber(day), c.y
	figure := face("serif", 190)
	c.put(figure, inkGrey, pictureMargin-8, top+140, number)
	beside := pictureMargin + font.MeasureString(figure, number).Ceil() + 20
	words := face("sans", 42)
	for i, word := range []string{c.words.Weekday(day), c.words.Month(day), strconv.Itoa(m.Day.Year)} {
		c.put(words, inkGrey, beside, top+36+52*i, word)
	}
	c.y = top + 172
	c.text("sans", 42, inkGrey, c.words.hours(m))
}

// name writes a name as large as it fits on two lines.
func (c *card) name(text string) {
	shown, _ := drawable("serif", text)
	size := 80
	for ; size > 44 && len(lines(face("serif", size), shown)) > 2; size -= 4 {
	}
	c.text("serif", size, inkGrey, text)
	c.y += 8
}

// code draws the QR code on whole pixels and the short code beneath it.
func (c *card) code(p Pass) error {
	size, err := ticket.Runs(p.Address, func(int, int, int) {})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	module := pictureCode / size
	left, top := (pictureWidth-size*module)/2, c.y
	_, err = ticket.Runs(p.Address, func(x, y, n int) {
		run := image.Rect(left+x*module, top+y*module, left+(x+n)*module, top+(y+1)*module)
		draw.Draw(c.Gray, run, image.Black, image.Point{}, draw.Src)
	})
	c.y += size*module + 4
	label, letters := face("sans", 32), face("serif", 116)
	c.put(label, mutedGrey, c.centred(label, c.words.T("words.column.code")), c.y+28, c.words.T("words.column.code"))
	grouped := ticket.Grouped(p.Signup.Code)
	c.put(letters, inkGrey, c.centred(letters, grouped), c.y+140, grouped)
	c.y += 168
	return err
}

func (c *card) centred(f font.Face, text string) int {
	return (pictureWidth - font.MeasureString(f, text).Ceil()) / 2
}

// rule draws a thin line between the parts.
func (c *card) rule() {
	c.y += 28
	draw.Draw(c.Gray, image.Rect(pictureMargin, c.y, pictureWidth-pictureMargin, c.y+2), image.NewUniform(lineGrey), image.Point{}, draw.Src)
	c.y += 30
}

// text writes lines; nothing for an empty text.
func (c *card) text(name string, size int, grey color.Gray, text string) {
	text, whole := drawable(name, text)
	c.cut = c.cut || !whole
	if text == "" {
		return
	}
	f := face(name, size)
	for _, line := range lines(f, text) {
		c.put(f, grey, pictureMargin, c.y+size, line)
		c.y += size * 135 / 100
	}
}

func (c *card) put(f font.Face, grey color.Gray, x, baseline int, text string) {
	d := font.Drawer{Dst: c.Gray, Src: image.NewUniform(grey), Face: f, Dot: fixed.P(x, baseline)}
	d.DrawString(text)
}

// face is a font at a size in pixels.
func face(name string, size int) font.Face {
	f, err := opentype.NewFace(fonts()[name], &opentype.FaceOptions{Size: float64(size), DPI: 72})
	if err != nil { // only for a size that is none
		panic("export: font: " + err.Error())
	}
	return f
}

// lines breaks a text at its spaces, and a word that is longer than a line
// wherever it must. No-break spaces hold.
func lines(f font.Face, text string) []string {
	fits := func(s string) bool { return font.MeasureString(f, s).Ceil() <= pictureText }
	var list []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Split(paragraph, " ") {
			switch {
			case line == "":
				line = word
			case fits(line + " " + word):
				line += " " + word
			default:
				list, line = append(list, line), word
			}
			for !fits(line) {
				head := line
				for !fits(head) {
					r := []rune(head)
					head = string(r[:len(r)-1])
				}
				list, line = append(list, head), line[len(head):]
			}
		}
		list = append(list, line)
	}
	return list
}
