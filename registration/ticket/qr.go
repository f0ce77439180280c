package ticket

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"

	"rsc.io/qr"

	"github.com/territoires-industrie/sdk/registration"
)

// quiet is the quiet zone, the white margin that readers need around a code, in
// modules (ISO/IEC 18004).
const quiet = 4

// Runs calls draw for each run of n dark modules that begins at column x of row y.
// It returns the width of the code, which is also its height, in modules. The white
// margin is included in size, x and y. A text too long for a code, over some 2,300
// bytes, is an error.
func Runs(text string, draw func(x, y, n int)) (size int, err error) {
	code, err := encode(text)
	if err != nil {
		return 0, err
	}
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) { // false beyond the edge
				run++
			}
			if run > 0 {
				draw(x+quiet, y+quiet, run)
				x += run
			}
		}
	}
	return code.Size + 2*quiet, nil
}

// SVG returns text as a QR code: one path, dark on white whatever the theme of the
// page. It has no width or height: the style sheet sets them. The error is that of
// [Runs].
func SVG(text string) (string, error) {
	var path strings.Builder
	size, err := Runs(text, func(x, y, n int) { fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, n, n) })
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path fill="#000" d="%[2]s"/></svg>`, size, path.String()), nil
}

// PNG returns text as a QR code for mail: a picture with its white margin, each
// module of the code as many pixels wide as the parameter says. The error is that
// of [Runs].
func PNG(text string, module int) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	size := (code.Size + 2*quiet) * module
	img := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	for y := range size {
		row := img.Pix[y*img.Stride:][:size]
		if y%module > 0 { // another line of the same modules
			copy(row, img.Pix[(y-1)*img.Stride:])
			continue
		}
		for x := range code.Size {
			if code.Black(x, y/module-quiet) {
				for i := range module {
					row[(x+quiet)*module+i] = 1
				}
			}
		}
	}
	var b bytes.Buffer
	err = encoder.Encode(&b, img)
	return b.Bytes(), err
}

// encoder reuses its compressor, a megabyte, for the next picture.
var encoder = png.Encoder{BufferPool: new(buffers)}

type buffers struct{ sync.Pool }

func (p *buffers) Get() *png.EncoderBuffer {
	b, _ := p.Pool.Get().(*png.EncoderBuffer)
	return b
}

func (p *buffers) Put(b *png.EncoderBuffer) { p.Pool.Put(b) }

// encode makes a code of error-correction level M, which survives a fold in a
// badge. Its error does not contain the text, which may be a link.
func encode(text string) (*qr.Code, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("ticket: QR code: %d bytes are too many", len(text))
	}
	return code, nil
}

// Grouped returns a short code in two groups, as it is read aloud and printed:
// 3F7K-MQRT. [registration.ParseCode] reads it back.
func Grouped(code string) string {
	if len(code) != registration.CodeLength {
		return code
	}
	return code[:len(code)/2] + "-" + code[len(code)/2:]
}
