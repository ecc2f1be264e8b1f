package demo

import (
	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// vehicle is a unit as the simulator needs it.
type vehicle struct {
	id         uuid.UUID
	base       orb.Point
	duty, kind string
	home       string // county whose roads it drives on
}
