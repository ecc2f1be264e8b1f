package data

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"onemap/geo/index"
)

// leastWater is the smallest lake that stops a walk, in square metres: four of
// the smallest cells that areas within reach are drawn in.
const leastWater = 10_000.0

// Water reads the sea, and the lakes and rivers drawn as areas of a hectare and
// more, off the base map: the function tells whether a point lies in one of
// them, and may be asked by many at once. It is nil when the map has no water.
// It holds for one version of the base map.
func (db *DB) Water(ctx context.Context) (func(orb.Point) bool, error) {
	shapes, err := query(ctx, db, "base_water", pgx.RowTo[orb.Geometry], leastWater)
	if err != nil {
		return nil, err
	}
	var polygons []orb.Polygon
	for _, g := range shapes {
		switch g := g.(type) {
		case orb.Polygon:
			polygons = append(polygons, g)
		case orb.MultiPolygon:
			polygons = append(polygons, g...)
		}
	}
	if len(polygons) == 0 {
		return nil, nil
	}
	return index.NewAreas(polygons).Contains, nil
}
