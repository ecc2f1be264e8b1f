package gpx

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"time"

	"onemap/dispatch"
)

const head = xml.Header + `<gpx version="1.1" creator="onemap" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">` + "\n"

// Encode writes tracks as GPX 1.1, one trk each with a segment for each part
// without a gap; speed (m/s) and course in Garmin's track point extension.
// Without a position there is no point, so callers leave doubtful ones out.
func Encode(w io.Writer, tracks []dispatch.UnitTrack, made time.Time) error {
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(head) // a bufio.Writer keeps its first error until Flush
	_, _ = b.WriteString("<metadata><time>" + made.UTC().Format(time.RFC3339) + "</time></metadata>\n")
	for _, t := range tracks {
		_, _ = b.WriteString("<trk><name>")
		_ = xml.EscapeText(b, []byte(t.Code+" "+t.Name))
		_, _ = b.WriteString("</name>\n")
		for _, segment := range t.Segments() {
			_, _ = b.WriteString("<trkseg>\n")
			for _, f := range segment {
				point(b, f)
			}
			_, _ = b.WriteString("</trkseg>\n")
		}
		_, _ = b.WriteString("</trk>\n")
	}
	_, _ = b.WriteString("</gpx>\n")
	return b.Flush()
}

func point(b *bufio.Writer, f dispatch.Fix) {
	out := make([]byte, 0, 256)
	out = append(out, `<trkpt lat="`...)
	out = strconv.AppendFloat(out, f.Point[1], 'f', 7, 64)
	out = append(out, `" lon="`...)
	out = strconv.AppendFloat(out, f.Point[0], 'f', 7, 64)
	out = append(out, `"><time>`...)
	out = f.DeviceAt.UTC().AppendFormat(out, "2006-01-02T15:04:05.999Z07:00")
	out = append(out, "</time>"...)
	if f.Satellites != nil {
		out = append(strconv.AppendInt(append(out, "<sat>"...), int64(*f.Satellites), 10), "</sat>"...)
	}
	if f.SpeedMPS != nil || f.Heading != nil {
		out = append(out, "<extensions><gpxtpx:TrackPointExtension>"...)
		if f.SpeedMPS != nil {
			out = append(strconv.AppendFloat(append(out, "<gpxtpx:speed>"...), *f.SpeedMPS, 'f', 2, 64), "</gpxtpx:speed>"...)
		}
		if f.Heading != nil {
			out = append(strconv.AppendFloat(append(out, "<gpxtpx:course>"...), float64(*f.Heading), 'f', 1, 64), "</gpxtpx:course>"...)
		}
		out = append(out, "</gpxtpx:TrackPointExtension></extensions>"...)
	}
	_, _ = b.Write(append(out, "</trkpt>\n"...))
}
