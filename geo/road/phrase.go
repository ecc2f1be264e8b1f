package road

import (
	"fmt"
	"strings"
)

// words says a step in Chinese and in English, as navigation systems do.
func (s *Step) words() (zh, en string) {
	nameZH, nameEN := s.named()
	switch s.Turn {
	case Arrive:
		return "到达目的地", "Arrive at the destination"
	case Depart:
		zh, en = "向"+compassZH[s.compass()]+"出发", "Head "+compassEN[s.compass()]
		if nameZH != "" {
			zh, en = "沿"+nameZH+"向"+compassZH[s.compass()]+"出发", en+" on "+nameEN
		}
	case Roundabout:
		zh, en = fmt.Sprintf("进入环岛，从第%d个出口驶出", max(s.Exit, 1)), fmt.Sprintf("Enter the roundabout and take exit %d", max(s.Exit, 1))
		if nameZH != "" {
			zh, en = zh+"，进入"+nameZH, en+" onto "+nameEN
		}
	default:
		w := turnWords[s.Turn]
		zh, en = w[0], w[1]
		if s.Class.link() && nameZH == "" {
			nameZH, nameEN = "匝道", "the ramp"
		}
		if nameZH != "" {
			zh, en = zh+"进入"+nameZH, en+" onto "+nameEN
		}
	}
	return zh + "，行驶" + lengthZH(float64(s.Length)), en + ", " + lengthEN(float64(s.Length))
}

var turnWords = map[Turn][2]string{
	Straight:    {"直行", "Continue straight"},
	SlightLeft:  {"靠左", "Keep left"},
	SlightRight: {"靠右", "Keep right"},
	Left:        {"左转", "Turn left"},
	Right:       {"右转", "Turn right"},
	SharpLeft:   {"向左急转", "Turn sharp left"},
	SharpRight:  {"向右急转", "Turn sharp right"},
	TurnBack:    {"掉头", "Make a U-turn"},
	Board:       {"乘轮渡", "Take the ferry"},
}

var (
	compassZH = [8]string{"北", "东北", "东", "东南", "南", "西南", "西", "西北"}
	compassEN = [8]string{"north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"}
)

func (s *Step) compass() int { return int(float64(s.Bearing)/45+0.5) % 8 }

// named is the road in both languages, its number with its name.
func (s *Step) named() (zh, en string) {
	zh, en = s.Name, s.NameEn
	if en == "" {
		en = s.Name
	}
	ref := strings.ReplaceAll(s.Ref, ";", "/")
	switch {
	case ref == "":
		return zh, en
	case zh == "":
		return ref, ref
	}
	return zh + "（" + ref + "）", en + " (" + ref + ")"
}

func lengthZH(m float64) string {
	if m < 1000 {
		return fmt.Sprintf("%.0f米", round(m))
	}
	return fmt.Sprintf("%.1f公里", m/1000)
}

func lengthEN(m float64) string {
	if m < 1000 {
		return fmt.Sprintf("%.0f m", round(m))
	}
	return fmt.Sprintf("%.1f km", m/1000)
}

// round gives short lengths as people say them: to the ten from 100 m on.
func round(m float64) float64 {
	if m < 100 {
		return m
	}
	return float64(int(m/10+0.5) * 10)
}
