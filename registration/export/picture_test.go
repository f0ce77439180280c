package export_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

func picture(t *testing.T, l registration.Language, p export.Pass) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.Picture(&b, l, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPicture: the QR code is on the picture module by module, whoever it is
// for, with its white margin, and nothing touches the edge.
func TestPicture(t *testing.T) {
	t.Parallel()
	long := pass(strings.Repeat("Anne-Sophie ", 8), strings.Repeat("W", 100))
	long.Signup.Function, long.Signup.Organisation = strings.Repeat("m", 200), strings.Repeat("Communauté ", 18)
	bare := pass("Zoé", "Étienne")
	bare.Meeting.Starts, bare.Meeting.Venue, bare.Signup.Function, bare.Signup.Organisation = "", registration.Venue{}, "", ""
	for name, p := range map[string]export.Pass{"usual": pass("Zoé", "Étienne"), "long": long, "bare": bare, "Arabic": pass("نور", "الصباح"), "emoji": pass("👩🏽‍🏭", "\u200d")} {
		b := picture(t, "fr", p)
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 200_000 {
			t.Errorf("%s: %d bytes", name, len(b))
		}
		if size := img.Bounds(); size.Dx() != 1080 || size.Dy() < 1300 || size.Dy() > 5000 {
			t.Errorf("%s: size %v", name, size)
		}
		if !carries(t, img, p.Address) {
			t.Errorf("%s: the code is not on the picture", name)
		}
		for y := 10; y < img.Bounds().Dy()-10; y++ {
			if dark(img, 40, y) || dark(img, 1040, y) {
				t.Fatalf("%s: something is drawn into the margin at %d", name, y)
			}
		}
		if !bytes.Equal(b, picture(t, "fr", p)) {
			t.Errorf("%s: the same ticket gives another picture", name)
		}
	}
	if bytes.Equal(picture(t, "fr", pass("Zoé", "Étienne")), picture(t, "en", pass("Zoé", "Étienne"))) {
		t.Error("the same picture in both languages")
	}
}

// carries looks for the code of a text at every height of the picture.
func carries(t *testing.T, img image.Image, text string) bool {
	t.Helper()
	want := map[[2]int]bool{}
	size, err := ticket.Runs(text, func(x, y, n int) {
		for i := range n {
			want[[2]int{x + i, y}] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	module := 700 / size
	left := (1080 - size*module) / 2
	for top := range img.Bounds().Dy() - size*module {
		same := true
		for i := 0; same && i < size*size; i++ {
			x, y := i%size, i/size
			same = dark(img, left+x*module+module/2, top+y*module+module/2) == want[[2]int{x, y}]
		}
		if same {
			return true
		}
	}
	return false
}

func dark(img image.Image, x, y int) bool {
	grey, _, _, _ := img.At(x, y).RGBA()
	return grey < 0x8000
}

func TestPictureFails(t *testing.T) {
	t.Parallel()
	long := pass("Zoé", "Étienne")
	long.Address = strings.Repeat("x", 3000)
	if err := export.Picture(io.Discard, registration.French, long); err == nil || strings.Contains(err.Error(), "xxx") {
		t.Errorf("error %v, want one without the address", err)
	}
	if err := export.Picture(brokenPipe{}, registration.French, pass("Zoé", "Étienne")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v, want that of the writer", err)
	}
}
