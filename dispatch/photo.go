package dispatch

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	_ "image/jpeg" // the two formats a photo may have
	_ "image/png"
)

// What a photo may weigh: bytes, and pixels, which are what its viewer unpacks.
const (
	MostPhotoBytes  = 8 << 20
	mostPhotoPixels = 40_000_000
)

// Refusals about photos.
var (
	ErrPhotoType  = &Error{Kind: Invalid, Code: "bad_image_type", Text: "a photo is a JPEG or a PNG"}
	ErrPhoto      = &Error{Kind: Invalid, Code: "bad_image", Text: "the photo is not whole"}
	ErrPhotoLarge = &Error{Kind: TooLarge, Code: "image_too_large", Text: "the photo has too many pixels"}
)

// ReadPhoto says what a photo is, from its header alone: nothing is unpacked.
// It refuses what is not of the type it was declared as, what ends before the
// picture does, and more than 40 megapixels.
func ReadPhoto(declared string, body []byte) (Photo, error) {
	known := map[string]string{"image/jpeg": "jpeg", "image/png": "png"}
	want, ok := known[declared]
	if !ok {
		return Photo{}, ErrPhotoType.With("%.60q is neither image/jpeg nor image/png", declared)
	}
	if len(body) > MostPhotoBytes {
		return Photo{}, ErrPhotoLarge.With("%d bytes, at most %d", len(body), MostPhotoBytes)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil:
		return Photo{}, ErrPhoto.With("this is no picture that can be read")
	case format != want:
		return Photo{}, ErrPhotoType.With("it is a %s, not the %s it was declared as", format, want)
	case config.Width <= 0 || config.Height <= 0:
		return Photo{}, ErrPhoto.With("a picture without an area")
	case config.Width > mostPhotoPixels/config.Height:
		return Photo{}, ErrPhotoLarge.With("%d by %d pixels, at most %d in all", config.Width, config.Height, mostPhotoPixels)
	}
	whole := wholeJPEG
	if format == "png" {
		whole = wholePNG
	}
	if !whole(body) {
		return Photo{}, ErrPhoto.With("the picture ends early")
	}
	sum := sha256.Sum256(body)
	return Photo{declared, len(body), config.Width, config.Height, hex.EncodeToString(sum[:])}, nil
}

// wholeJPEG reports whether the picture's data come to their end mark. Segments
// are stepped over up to the first scan, for a thumbnail in one of them has an
// end mark of its own; in a scan none can stand before the end.
func wholeJPEG(body []byte) bool {
	at := 2
	for at+4 <= len(body) && body[at] == 0xFF {
		kind := body[at+1]
		if kind == 0xFF { // padding
			at++
			continue
		}
		at += 2 + int(binary.BigEndian.Uint16(body[at+2:]))
		if kind == 0xDA {
			return at < len(body) && bytes.Contains(body[at:], []byte{0xFF, 0xD9})
		}
	}
	return false
}

// wholePNG reports whether the chunks follow one another up to the last.
func wholePNG(body []byte) bool {
	at, data := uint64(8), false
	for at+12 <= uint64(len(body)) {
		size, kind := uint64(binary.BigEndian.Uint32(body[at:])), string(body[at+4:at+8])
		at += 12 + size
		switch kind {
		case "IDAT":
			data = true
		case "IEND":
			return data && at <= uint64(len(body))
		}
	}
	return false
}
