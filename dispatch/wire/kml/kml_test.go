package kml

import (
	"bytes"
	"encoding/xml"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"onemap/dispatch"
)

func TestEveryPointHasItsTimeAndSpeed(t *testing.T) {
	at, speed := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), 12.354
	var points []dispatch.Fix
	for _, m := range []int{0, 1, 30, 31, 32} {
		points = append(points, dispatch.Fix{Point: orb.Point{119.6, 39.93}, DeviceAt: at.Add(time.Duration(m) * time.Minute)})
	}
	points[1].SpeedMPS = &speed
	var out bytes.Buffer
	if err := Encode(&out, []dispatch.UnitTrack{{Code: "U<1", Name: "车", Points: points}}); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Placemarks []struct {
			Name   string `xml:"name"`
			Tracks []struct {
				When   []string `xml:"when"`
				Coords []string `xml:"coord"`
				Arrays []struct {
					Name   string   `xml:"name,attr"`
					Values []string `xml:"value"`
				} `xml:"ExtendedData>SchemaData>SimpleArrayData"`
			} `xml:"MultiTrack>Track"`
		} `xml:"Document>Placemark"`
	}
	if err := xml.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Placemarks) != 1 || doc.Placemarks[0].Name != "U<1 车" || len(doc.Placemarks[0].Tracks) != 2 {
		t.Fatalf("%+v", doc)
	}
	first, second := doc.Placemarks[0].Tracks[0], doc.Placemarks[0].Tracks[1]
	if len(first.When) != 2 || len(second.Coords) != 3 || second.When[2] != "2026-11-23T00:32:00Z" || first.Coords[0] != "119.6000000 39.9300000 0" {
		t.Errorf("%+v", doc)
	}
	if a := first.Arrays[0]; a.Name != "speed_mps" || len(a.Values) != 2 || a.Values[0] != "" || a.Values[1] != "12.35" {
		t.Errorf("%+v", a)
	}
}
