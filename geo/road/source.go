// Package road is the road network in memory: where a point is on it, how long
// a vehicle takes from here to there under today's closures, and what it
// reaches in so many minutes.
//
// A Graph is built once from a Source and never changes. A Network adds what
// changes by the hour, closures, as immutable snapshots; every answer comes
// from one Snapshot and names its version and the closures that shaped it.
// Times are whole tenths of a second inside, so that the same question has the
// same answer on every machine. All of it is safe for concurrent use.
package road

import "github.com/paulmach/orb"

// Source is a road network as an importer hands it over: neutral to the format
// it was read from. Identifiers are the importer's own.
type Source struct {
	Nodes        []Node
	Ways         []Way
	Restrictions []Restriction
}

// Node is a point that ways are strung on, in lon/lat.
type Node struct {
	ID      int64
	At      orb.Point
	Signals bool     // traffic lights
	Barrier bool     // gate, bollard, lift gate …
	Pass    Vehicles // who may pass the barrier
}

// Way is a stretch of road with one set of attributes. Zero speeds and limits
// are unknown, not nothing.
type Way struct {
	ID    int64
	Nodes []int64
	Class Class

	Forward, Backward Vehicles // who may use it along and against Nodes
	Oneway            bool     // a sign forbids one of the two directions
	Destination       bool     // for those who have business there only

	Speed, SpeedBack float64 // km/h, as signed
	Seconds          float64 // a ferry's crossing time
	Wait             float64 // seconds before it leaves: half a ferry's headway

	MaxHeight, MaxWidth float64 // metres
	MaxWeight           float64 // tonnes

	Bridge, Tunnel bool
	Layer          int8
	Unpaved        bool
	Roundabout     bool

	Name, NameEn, Ref string
}

// Restriction forbids one way of driving on (转向限制): from way From over the
// node ViaNode, or over the ways Via in their order, into way To. With Only set
// it forbids every other way on instead.
type Restriction struct {
	ID      int64
	From    int64
	ViaNode int64
	Via     []int64
	To      int64
	Only    bool
	Exempt  Vehicles
}
