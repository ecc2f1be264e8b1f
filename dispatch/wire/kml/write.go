// Package kml writes tracks for Google Earth and its kin (OGC KML 2.3: gx:Track
// of the older 2.2 extension, which more programs read).
package kml

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"

	"onemap/dispatch"
)

const head = xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<Schema id="fix"><gx:SimpleArrayField name="speed_mps" type="float"/><gx:SimpleArrayField name="course_deg" type="float"/></Schema>
`

// Encode writes tracks as KML, a placemark each that holds a track for each part
// without a gap, with speed and course at every point; what is not known is
// empty.
func Encode(w io.Writer, tracks []dispatch.UnitTrack) error {
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(head) // a bufio.Writer keeps its first error until Flush
	for _, t := range tracks {
		_, _ = b.WriteString("<Placemark><name>")
		_ = xml.EscapeText(b, []byte(t.Code+" "+t.Name))
		_, _ = b.WriteString("</name><gx:MultiTrack>\n")
		for _, segment := range t.Segments() {
			track(b, segment)
		}
		_, _ = b.WriteString("</gx:MultiTrack></Placemark>\n")
	}
	_, _ = b.WriteString("</Document></kml>\n")
	return b.Flush()
}

func track(b *bufio.Writer, segment []dispatch.Fix) {
	_, _ = b.WriteString("<gx:Track><altitudeMode>clampToGround</altitudeMode>\n")
	for _, f := range segment {
		_, _ = b.WriteString("<when>" + f.DeviceAt.UTC().Format("2006-01-02T15:04:05.999Z07:00") + "</when>\n")
	}
	for _, f := range segment {
		_, _ = b.WriteString("<gx:coord>" + fixed(f.Point[0], 7) + " " + fixed(f.Point[1], 7) + " 0</gx:coord>\n")
	}
	_, _ = b.WriteString(`<ExtendedData><SchemaData schemaUrl="#fix">` + "\n")
	array(b, "speed_mps", segment, func(f dispatch.Fix) *float64 { return f.SpeedMPS })
	array(b, "course_deg", segment, func(f dispatch.Fix) *float64 { return (*float64)(f.Heading) })
	_, _ = b.WriteString("</SchemaData></ExtendedData></gx:Track>\n")
}

func array(b *bufio.Writer, name string, segment []dispatch.Fix, of func(dispatch.Fix) *float64) {
	_, _ = b.WriteString(`<gx:SimpleArrayData name="` + name + `">` + "\n")
	for _, f := range segment {
		text := ""
		if v := of(f); v != nil {
			text = fixed(*v, 2)
		}
		_, _ = b.WriteString("<gx:value>" + text + "</gx:value>\n")
	}
	_, _ = b.WriteString("</gx:SimpleArrayData>\n")
}

func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
