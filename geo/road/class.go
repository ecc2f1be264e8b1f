package road

import "slices"

// Class is the rank of a road (道路等级), as OpenStreetMap names it.
type Class uint8

// The classes, grandest first. A Gate is a barrier met in the middle of a road.
const (
	Motorway Class = iota
	MotorwayLink
	Trunk
	TrunkLink
	Primary
	PrimaryLink
	Secondary
	SecondaryLink
	Tertiary
	TertiaryLink
	Unclassified
	Residential
	LivingStreet
	Service
	Track
	Pedestrian
	Cycleway
	Footway
	Steps
	Ferry
	Gate
	classes
)

var classNames = [classes]string{
	"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
	"secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
	"residential", "living_street", "service", "track", "pedestrian", "cycleway",
	"footway", "steps", "ferry", "gate",
}

// ClassNamed returns the class written name, such as "primary_link".
func ClassNamed(name string) (Class, bool) {
	i := slices.Index(classNames[:], name)
	return Class(max(i, 0)), i >= 0
}

func (c Class) String() string {
	if c >= classes {
		return "unknown"
	}
	return classNames[c]
}

// link reports a ramp: a road that joins two others.
func (c Class) link() bool {
	return c <= TertiaryLink && c%2 == 1
}

// fast reports a road nobody stops beside and nobody drives against.
func (c Class) fast() bool { return c <= TrunkLink }

// Vehicles is a set of kinds of vehicle (车辆类别).
type Vehicles uint8

// The kinds that road signs tell apart.
const (
	Cars      Vehicles = 1 << iota
	Emergency          // 执行紧急任务的消防、救护、警用、工程救险车
	Buses
	Trucks
	Feet
)

const (
	kinds    = 5
	motors   = Cars | Emergency | Buses | Trucks
	Everyone = motors | Feet
)
