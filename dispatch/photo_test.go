package dispatch

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"pgregory.net/rapid"
)

func pictures(t testing.TB) (asJPEG, asPNG []byte) {
	t.Helper()
	var j, p bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	if err := errors.Join(jpeg.Encode(&j, img, nil), png.Encode(&p, img)); err != nil {
		t.Fatal(err)
	}
	return j.Bytes(), p.Bytes()
}

func TestPhotoIsReadFromItsHeader(t *testing.T) {
	t.Parallel()
	asJPEG, asPNG := pictures(t)
	for kind, body := range map[string][]byte{"image/jpeg": asJPEG, "image/png": asPNG} {
		got, err := ReadPhoto(kind, body)
		if err != nil || got.Width != 40 || got.Height != 30 || got.Bytes != len(body) || got.Type != kind || len(got.SHA256) != 64 {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
		if _, err := ReadPhoto(kind, append(bytes.Clone(body), "what a telephone adds behind"...)); err != nil {
			t.Errorf("%s with something behind: %v", kind, err)
		}
	}
}

// The thumbnail in a photo has an end mark of its own: it does not make a photo
// whole that was cut off behind it.
func TestThumbnailDoesNotEndThePhoto(t *testing.T) {
	t.Parallel()
	asJPEG, _ := pictures(t)
	segment := append([]byte{0xFF, 0xE1, 0, byte(2 + 4)}, 0xFF, 0xD8, 0xFF, 0xD9)
	body := append(append(bytes.Clone(asJPEG[:2]), segment...), asJPEG[2:]...)
	if _, err := ReadPhoto("image/jpeg", body); err != nil {
		t.Errorf("whole: %v", err)
	}
	if _, err := ReadPhoto("image/jpeg", body[:len(body)-2]); !errors.Is(err, ErrPhoto) {
		t.Errorf("cut short: %v", err)
	}
}

// However a photo is cut or mangled, it is taken as what it is or refused; it is
// never taken when its end is missing, and reading never panics.
func TestCutPhotosAreRefused(t *testing.T) {
	t.Parallel()
	asJPEG, asPNG := pictures(t)
	rapid.Check(t, func(t *rapid.T) {
		kind, body := "image/jpeg", asJPEG
		if rapid.Bool().Draw(t, "png") {
			kind, body = "image/png", asPNG
		}
		cut := rapid.IntRange(0, len(body)-1).Draw(t, "cut")
		if _, err := ReadPhoto(kind, body[:cut]); err == nil {
			t.Fatalf("%s of %d bytes of %d was taken", kind, cut, len(body))
		}
		mangled := bytes.Clone(body)
		mangled[rapid.IntRange(0, len(body)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		if got, err := ReadPhoto(kind, mangled); err == nil && got.Width*got.Height > mostPhotoPixels {
			t.Fatalf("%d by %d was taken", got.Width, got.Height)
		}
	})
}
