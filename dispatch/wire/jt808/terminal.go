package jt808

import (
	"encoding/binary"
	"math"
	"time"
)

// What a terminal says, for those who play one.

// AppendRegistration writes a body of 0x0100 of the header's edition; an older
// one is of 2013.
func AppendRegistration(dst []byte, edition Header, g Registration) []byte {
	maker, model, device := 5, 20, 7
	if edition.New {
		maker, model, device = 11, 30, 30
	}
	dst = binary.BigEndian.AppendUint16(dst, g.Province)
	dst = binary.BigEndian.AppendUint16(dst, g.City)
	dst = appendText(appendText(appendText(dst, g.Maker, maker), g.Model, model), g.Device, device)
	return append(append(dst, g.PlateColour), g.Plate...)
}

// AppendSecret writes a body of 0x0102.
func AppendSecret(dst []byte, edition Header, secret string) []byte {
	if !edition.New {
		return append(dst, secret...)
	}
	dst = append(append(dst, byte(len(secret))), secret...)
	return appendText(appendText(dst, "", 15), "", 20) // IMEI and software version
}

// AppendLocation writes a body of 0x0200, with those extras that are known.
func AppendLocation(dst []byte, l Location) []byte {
	dst = binary.BigEndian.AppendUint32(dst, l.Alarm)
	status := l.Status &^ (statusSouth | statusWest)
	if l.Lat < 0 {
		status |= statusSouth
	}
	if l.Lon < 0 {
		status |= statusWest
	}
	dst = binary.BigEndian.AppendUint32(dst, status)
	dst = binary.BigEndian.AppendUint32(dst, uint32(math.Round(math.Abs(l.Lat)*1e6)))
	dst = binary.BigEndian.AppendUint32(dst, uint32(math.Round(math.Abs(l.Lon)*1e6)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(l.AltitudeM))
	dst = binary.BigEndian.AppendUint16(dst, uint16(math.Round(l.SpeedKMH*10)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(l.Course))
	dst = appendMoment(dst, l.At)
	if l.MileageKM != nil {
		dst = binary.BigEndian.AppendUint32(append(dst, 0x01, 4), uint32(math.Round(*l.MileageKM*10)))
	}
	if l.Satellites != nil {
		dst = append(dst, 0x31, 1, byte(*l.Satellites))
	}
	return dst
}

// AppendBatch writes a body of 0x0704.
func AppendBatch(dst []byte, all []Location) []byte {
	dst = append(binary.BigEndian.AppendUint16(dst, uint16(len(all))), 1)
	for _, l := range all {
		item := AppendLocation(nil, l)
		dst = append(binary.BigEndian.AppendUint16(dst, uint16(len(item))), item...)
	}
	return dst
}

// Moving is the location of a vehicle with a good fix.
func Moving(lon, lat, kmh float64, course int, at time.Time) Location {
	satellites := 12
	return Location{Status: 1 | statusFixed, Lon: lon, Lat: lat, SpeedKMH: kmh, Course: course, At: at, Satellites: &satellites}
}

// Cry is a location with the emergency button pressed.
func (l Location) Cry() Location {
	l.Alarm |= alarmSOS
	return l
}
