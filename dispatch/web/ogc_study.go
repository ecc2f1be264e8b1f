package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"onemap/dispatch"
	"onemap/dispatch/cql"
	"onemap/dispatch/study"
)

// Most studies that are offered, the newest first, and results kept in memory:
// a result never changes, and is taken apart once.
const (
	mostStudies = 200
	keptResults = 4
)

// ogcResults keeps the results that were asked for last.
type ogcResults struct {
	mu    sync.Mutex
	known []ogcResult // the last asked for first
}

type ogcResult struct {
	sha256     string
	rows       []ogcRow
	properties []ogcProperty
}

func (v ogcView) studyCollections() []ogcCollection {
	var seen []*dispatch.Study
	for st := range maps.Values(v.p.Studies) {
		if st.State == dispatch.StudyFinished && v.who.SeesStudy(st) {
			seen = append(seen, st)
		}
	}
	slices.SortFunc(seen, func(a, b *dispatch.Study) int {
		return cmp.Or(b.AskedAt.Compare(a.AskedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	var all []ogcCollection
	for _, st := range seen[:min(len(seen), mostStudies)] {
		all = append(all, ogcCollection{
			id: "study-" + st.ID.String(), zh: "分析：" + st.Name, en: "study " + st.Kind,
			note: fmt.Sprintf("第 %d 号态势 · computed from picture %d, inputs %s", st.RestsOn, st.RestsOn, st.Inputs),
			rows: func(ctx context.Context, v ogcView) ([]ogcRow, error) {
				r, err := v.studyResult(ctx, st)
				return r.rows, err
			},
		})
	}
	return all
}

func (v ogcView) studyProperties(ctx context.Context, c ogcCollection) (ogcCollection, error) {
	id, _ := studyID(c.id)
	st := v.p.Studies[id]
	if st == nil {
		return c, errNoCollection
	}
	r, err := v.studyResult(ctx, st)
	c.properties = r.properties
	return c, err
}

// studyResult takes a result apart into the features of all its layers.
func (v ogcView) studyResult(ctx context.Context, st *dispatch.Study) (ogcResult, error) {
	kept := &v.results
	kept.mu.Lock()
	i := slices.IndexFunc(kept.known, func(r ogcResult) bool { return r.sha256 == st.ResultSHA256 })
	if i >= 0 {
		defer kept.mu.Unlock()
		found := kept.known[i]
		kept.known = slices.Insert(slices.Delete(kept.known, i, i+1), 0, found)
		return found, nil
	}
	kept.mu.Unlock()
	raw, err := v.resultOf(ctx, st)
	if err != nil {
		return ogcResult{}, err
	}
	result, err := study.Decode(raw)
	if err != nil {
		return ogcResult{}, err
	}
	found, err := takeApart(result)
	if err != nil {
		return found, fmt.Errorf("study %s: %w", st.ID, err)
	}
	found.sha256 = st.ResultSHA256
	kept.mu.Lock()
	defer kept.mu.Unlock()
	kept.known = slices.Insert(kept.known, 0, found)[:min(len(kept.known)+1, keptResults)]
	return found, nil
}

// takeApart makes features of layers. What their properties are is seen from
// them; a name with two meanings, or objects, is not asked for.
func takeApart(result study.Result) (out ogcResult, err error) {
	types := map[string]cql.Type{"layer": cql.Text, "layer_title": cql.Text}
	for _, l := range result.Layers {
		var doc struct {
			Features []struct {
				Geometry   *geojson.Geometry
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(l.Features, &doc); err != nil {
			return out, fmt.Errorf("read layer %s: %w", l.Code, err)
		}
		for i, f := range doc.Features {
			members := f.Properties
			if members == nil {
				members = map[string]any{}
			}
			members["layer"], members["layer_title"] = l.Code, l.Title
			learn(types, members)
			var g orb.Geometry
			if f.Geometry != nil {
				g = f.Geometry.Geometry()
			}
			raw, err := json.Marshal(members)
			if err != nil {
				return out, fmt.Errorf("write layer %s: %w", l.Code, err)
			}
			key := fmt.Sprintf("%s-%06d", l.Code, i+1)
			out.rows = append(out.rows, ogcRow{key: key, name: key, geometry: g, span: always, write: func() (json.RawMessage, error) { return raw, nil }})
		}
	}
	out.properties = []ogcProperty{}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if types[name] != cql.Any && name != "id" && name != "geometry" {
			out.properties = append(out.properties, ogcProperty{name, types[name]})
		}
	}
	sortedRows(out.rows)
	return out, nil
}

func learn(types map[string]cql.Type, members map[string]any) {
	for name, v := range members {
		of := cql.Any
		switch v.(type) {
		case nil:
			continue
		case string:
			of = cql.Text
		case float64:
			of = cql.Number
		case bool:
			of = cql.Boolean
		case []any:
			of = cql.List
		}
		if have, known := types[name]; known && have != of {
			of = cql.Any
		}
		types[name] = of
	}
}
