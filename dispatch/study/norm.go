package study

// shelterRule is one requirement a standard makes of a shelter (避难场所指标).
type shelterRule struct {
	code           string
	title, titleEN string
	unit           string
	source         string
	unverified     bool               // the figure was not read in the standard itself
	most           bool               // want is the most there may be, not the least
	want           map[string]float64 // by class; a class that is absent is not asked
}

// shelterRules are the rules a shelter is held to. Sources: GB 51143-2015 and
// the basics of it that the city's emergency bureau publishes (clauses on
// service, entrances, distance from fire); the area a person needs and the
// distance people walk are common knowledge of the same code, not read in it.
var shelterRules = []shelterRule{
	{code: "area_per_person", title: "人均有效避难面积", titleEN: "Effective area per person", unit: "m2", source: "GB 51143-2015", unverified: true,
		want: map[string]float64{"emergency": 0.5, "fixed_short": 2, "fixed_mid": 3, "fixed_long": 4.5, "central": 4.5}},
	{code: "walk", title: "责任区内最远步行距离", titleEN: "Farthest walk in its duty area", unit: "m", source: "GB 51143-2015", unverified: true, most: true,
		want: map[string]float64{"emergency": 500, "fixed_short": 1000, "fixed_mid": 1500, "fixed_long": 2500}},
	{code: "room", title: "容量不少于责任区步行范围内人口", titleEN: "Room for the people within its walk", unit: "people", source: "GB 51143-2015", unverified: true,
		want: map[string]float64{"emergency": 0, "fixed_short": 0, "fixed_mid": 0, "fixed_long": 0}}, // want is counted
	{code: "entrances", title: "出入口数量", titleEN: "Entrances", unit: "count", source: "GB 51143-2015",
		want: map[string]float64{"fixed_long": 4, "central": 4}},
	{code: "service_people", title: "中心避难场所服务人口", titleEN: "People a central shelter serves", unit: "people", source: "GB 51143-2015", most: true,
		want: map[string]float64{"central": 500_000}},
	{code: "service_built_land", title: "中心避难场所服务建设用地", titleEN: "Built land a central shelter serves", unit: "m2", source: "GB 51143-2015", most: true,
		want: map[string]float64{"central": 50e6}},
	{code: "fire_distance", title: "与次生火灾源的距离", titleEN: "Distance from sources of secondary fire", unit: "m", source: "GB 51143-2015",
		want: map[string]float64{"emergency": 30, "fixed_short": 30, "fixed_mid": 30, "fixed_long": 30, "central": 30}},
	{code: "two_supplies", title: "供水供电双路保障", titleEN: "Water and power two ways", unit: "count", source: "GB 51143-2015",
		want: map[string]float64{"fixed_long": 2, "central": 2}},
}

// fixedShare is the least share of an area's planned people that its fixed
// shelters must have room for (GB 51143-2015); a central shelter is a fixed one.
const fixedShare = 0.15

var fixedClasses = []string{"fixed_short", "fixed_mid", "fixed_long", "central"}

// walkingPace is how fast people walk to a shelter, in m/s, to turn a distance of
// a standard into time on the road network: that of the foot profile, 4.5 km/h.
const walkingPace = 1.25

// stationArea is the largest duty area of a class of fire station.
type stationArea struct {
	code           string
	title, titleEN string
	mostM2         int64
}

// stationAreas are of 建标 152-2017 (城市消防站建设标准) art. 14, the smallest first.
var stationAreas = []stationArea{
	{"small", "小型站", "Small station", 2e6},
	{"second", "二级站", "Second-class station", 4e6},
	{"first", "一级站", "First-class station", 7e6},
	{"suburban", "近郊一级站", "Suburban station", 15e6},
}

// The same standard, art. 13: five minutes from the order to the edge of the
// duty area. turnout is what of it passes before wheels turn where the ledger
// says nothing: one minute, of common knowledge.
const (
	stationReachS   = 300
	stationTurnoutS = 60
)

// unitsFor says which kinds of units are wanted at a hazard unless others are
// asked for: a local choice, no standard.
var unitsFor = map[string][]string{
	"tailings_pond": {"rescue", "excavator", "pump", "engine"},
	"mine":          {"rescue", "excavator", "engine", "ambulance"},
	"hazmat":        {"hazmat", "engine"},
	"geohazard":     {"rescue", "excavator", "engine"},
}

// affectedM is how far from a hazard people are counted: 1 km, as below a
// tailings pond that hangs over people (头顶库); downstream is not known here.
const affectedM = 1000

// loadingS is how long a depot takes from the order until the truck leaves.
const loadingS = 30 * 60
