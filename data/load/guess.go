package load

import (
	"slices"
	"strings"
	"unicode"

	"onemap/dispatch"
)

// headings are the column names by which a field is known, beside its own;
// folded: lower case, without blanks and punctuation.
var headings = map[string][]string{
	"code":               {"编号", "编码", "代码", "统一编号", "唯一编码", "code", "id", "no"},
	"name":               {"名称", "单位名称", "队伍名称", "仓库名称", "场所名称", "避难场所名称", "物资库名称", "企业名称", "隐患点名称", "name", "mc", "title"},
	"name_en":            {"英文名称", "英文名", "nameen", "englishname"},
	"division":           {"行政区划", "行政区划代码", "区划代码", "所属县区", "所在县区", "县区", "区县", "所属区县", "所属地区", "division", "adcode", "county", "district", "xzqdm"},
	"owner":              {"主管单位", "管理单位", "责任单位", "所属单位", "权属单位", "owner", "operator", "department"},
	"note":               {"备注", "说明", "note", "remark", "remarks", "comment", "description", "desc"},
	"source":             {"来源", "数据来源", "source"},
	"verify_by":          {"复核日期", "下次核查日期", "有效期至", "verifyby"},
	"sensitivity":        {"密级", "敏感级别", "sensitivity"},
	"capacity":           {"容量", "容纳人数", "可容纳人数", "设计容量", "避难人数", "capacity"},
	"occupancy":          {"已安置人数", "现有人数", "在场人数", "occupancy"},
	"area_m2":            {"面积", "占地面积", "有效面积", "建筑面积", "area", "aream2"},
	"entrances":          {"出入口数", "出入口数量", "entrances"},
	"class":              {"类别", "类型", "场所类型", "class", "type"},
	"grade":              {"级别", "等级", "场所级别", "grade"},
	"level":              {"级别", "等级", "库级别", "风险等级", "level"},
	"space":              {"室内外", "场所形式", "空间类型", "space"},
	"state":              {"状态", "使用状态", "运行状态", "state", "status"},
	"kind":               {"类型", "类别", "种类", "kind", "type"},
	"people":             {"人口", "人口数", "常住人口", "people", "population"},
	"people_at_risk":     {"威胁人数", "影响人数", "受威胁人口", "peopleatrisk"},
	"dam_height_m":       {"坝高", "damheight"},
	"volume_m3":          {"库容", "总库容", "volume"},
	"owner_system":       {"所属系统", "队伍性质", "ownersystem"},
	"readiness":          {"战备状态", "备勤状态", "readiness"},
	"mobilise_day_min":   {"白天集结时间", "日间集结时间", "集结时间"},
	"mobilise_night_min": {"夜间集结时间"},
	"gb_code":            {"国标编码", "设备编码", "gbcode"},
	"heading_deg":        {"朝向", "方位角", "heading"},
	"parent":             {"上级", "上级区划", "parent"},
	"keeper.name":        {"联系人", "负责人", "管理员", "责任人", "保管员", "contact", "keeper"},
	"keeper.phones":      {"联系电话", "电话", "手机", "联系方式", "phone", "tel", "mobile"},
	"leader.name":        {"队长", "负责人", "联系人", "leader"},
	"leader.phones":      {"队长电话", "联系电话", "电话", "手机", "phone", "tel"},
}

var (
	lonNames = []string{"经度", "东经", "lon", "lng", "long", "longitude", "x", "jd"}
	latNames = []string{"纬度", "北纬", "lat", "latitude", "y", "wd"}
)

// unitsSaid are the units a heading may carry in brackets.
var unitsSaid = map[string]string{
	"万": "ten_thousand", "万人": "ten_thousand", "万m3": "ten_thousand", "万立方米": "ten_thousand", "万m³": "ten_thousand", "公顷": "hectare", "ha": "hectare", "hm2": "hectare", "亩": "mu",
	"km2": "km2", "km²": "km2", "平方公里": "km2", "km": "km", "公里": "km", "千米": "km", "cm": "cm", "厘米": "cm", "kg": "kg", "公斤": "kg", "千克": "kg", "小时": "hour", "h": "hour",
}

// Guess proposes a mapping: fields by their names and by what Chinese and
// English ledgers call them, codes by their words. divisions are codes by
// name. A person looks at it before anything happens.
func Guess(l dispatch.Ledger, shape *dispatch.FileShape, divisions map[string]string) dispatch.Mapping {
	m := dispatch.Mapping{Ledger: l, Datum: shape.Datum, Fields: []dispatch.FieldMapping{}}
	taken := map[string]bool{}
	if !shape.Shapes {
		m.Lon, m.Lat = named(shape, lonNames, taken), named(shape, latNames, taken)
		if m.Lon == "" {
			m.Geometry = named(shape, []string{"geometry", "geojson", "geom"}, taken)
		}
	}
	for _, f := range fieldsOf(l).list {
		names := []string{f.name}
		if strings.HasPrefix(f.kind.String(), "*dispatch.Person") {
			names = []string{f.name + ".name", f.name + ".phones"}
		}
		for _, name := range names {
			if name == "source_datum" {
				continue
			}
			column := named(shape, append([]string{fold(name)}, headings[name]...), taken)
			if column == "" {
				continue
			}
			_, unit := heading(column)
			m.Fields = append(m.Fields, dispatch.FieldMapping{Field: name, Column: column, Unit: unitsSaid[unit], Values: valuesOf(l, f, shape, column, divisions)})
		}
	}
	return m
}

// named finds the first column of one of the names, and takes it.
func named(shape *dispatch.FileShape, names []string, taken map[string]bool) string {
	for _, name := range names {
		for _, c := range shape.Columns {
			if plain, _ := heading(c.Name); plain == name && !taken[c.Name] {
				taken[c.Name] = true
				return c.Name
			}
		}
	}
	return ""
}

// heading parts a column name from the unit in its brackets, both folded.
func heading(column string) (name, unit string) {
	column = strings.NewReplacer("（", "(", "）", ")", "[", "(", "]", ")").Replace(column)
	name, rest, _ := strings.Cut(column, "(")
	unit, _, _ = strings.Cut(rest, ")")
	return fold(name), strings.ToLower(strings.TrimSpace(unit))
}

func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// valuesOf maps the texts seen in a column to codes, where they are the words
// of one.
func valuesOf(l dispatch.Ledger, f field, shape *dispatch.FileShape, column string, divisions map[string]string) map[string]string {
	at := slices.IndexFunc(shape.Columns, func(c dispatch.FileColumn) bool { return c.Name == column })
	values := map[string]string{}
	for _, text := range shape.Columns[at].Samples {
		if code := codeOf(l, f.name, text, divisions); code != "" && code != text {
			values[text] = code
		}
	}
	if len(values) == 0 {
		return nil
	}
	return values
}

func codeOf(l dispatch.Ledger, field, text string, divisions map[string]string) string {
	if field == "division" || field == "parent" || field == "county" {
		return divisions[text]
	}
	for _, list := range []string{string(l) + "_" + field, field} {
		for code, words := range dispatch.Labels[list] {
			if strings.EqualFold(words[0], text) || strings.EqualFold(words[1], text) {
				return code
			}
		}
	}
	return ""
}
