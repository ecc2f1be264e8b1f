package demo

import (
	"slices"
	"strings"
)

type coverageRuleProps struct {
	head
	Kinds     []string `json:"kinds"`
	Minimum   int      `json:"minimum"`
	WithinMin int      `json:"within_min"`
	Share     float64  `json:"share,omitempty"`
}

// guarded is one seeded rule: the sub-districts of some counties, and who must
// be how near to them.
type guarded struct {
	code, name, en, counties, division, kinds string
	minimum, within                           int
	share                                     float64 // 0: nine in ten
}

// rules are examples and nobody's standard.
var rules = []guarded{
	{"CR-01", "海港区消防十五分钟", "Haigang: fire engine in 15 min", "130302", "130302", "engine", 1, 15, 0},
	{"CR-02", "山海关区消防十五分钟", "Shanhaiguan: fire engine in 15 min", "130303", "130303", "engine", 1, 15, 0.8},
	{"CR-03", "北戴河区消防十五分钟", "Beidaihe: fire engine in 15 min", "130304", "130304", "engine", 1, 15, 0.8},
	{"CR-04", "抚宁区消防二十分钟", "Funing: fire engine in 20 min", "130306", "130306", "engine", 1, 20, 0.7},
	{"CR-05", "市区登高二十分钟", "Urban districts: ladder in 20 min", "130302 130303 130304", "130300", "ladder", 1, 20, 0},
	{"CR-06", "北戴河区急救十二分钟", "Beidaihe: ambulance in 12 min", "130304", "130304", "ambulance", 1, 12, 0.7},
	{"CR-07", "海港区急救双车二十分钟", "Haigang: two ambulances in 20 min", "130302", "130302", "ambulance", 2, 20, 0.8},
}

// coverageRules are the seeded rules, each over its sub-districts.
func (g *ground) coverageRules() []entry {
	var out []entry
	for _, r := range rules {
		var parts []ring
		for _, t := range g.townships {
			if !t.town() && slices.Contains(strings.Fields(r.counties), t.county.Code) {
				parts = append(parts, t.parts...)
			}
		}
		out = append(out, newEntry(single(dissolve(parts)), &coverageRuleProps{
			head: head{Code: r.code, Name: r.name + "（示例）", NameEN: r.en + " (example)", Division: r.division,
				Note: "区域为所辖街道，时限与比例为示例；" + invented, Source: "S1 generated", SourceDatum: "wgs84"},
			Kinds: strings.Fields(r.kinds), Minimum: r.minimum, WithinMin: r.within, Share: r.share,
		}))
	}
	return out
}
