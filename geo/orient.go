package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// orient tells on which side of the line from a to b the point c lies: 1 left,
// -1 right, 0 on it. The sign is exact, for a sweep that is told a lie once
// tells lies ever after. Method: J. R. Shewchuk, Adaptive Precision
// Floating-Point Arithmetic (1997): a filter, then an exact sum.
func orient(a, b, c orb.Point) int {
	left := (a[0] - c[0]) * (b[1] - c[1])
	right := (a[1] - c[1]) * (b[0] - c[0])
	det := left - right
	const bound = 3.3306690738754716e-16 // (3 + 16ε)ε
	if math.Abs(det) > bound*(math.Abs(left)+math.Abs(right)) {
		return sign(det)
	}
	return exactOrient(a, b, c)
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// exactOrient adds the six products of the determinant without loss.
func exactOrient(a, b, c orb.Point) int {
	var s exactSum
	s.addProduct(a[0], b[1])
	s.addProduct(-a[1], b[0])
	s.addProduct(b[0], c[1])
	s.addProduct(-b[1], c[0])
	s.addProduct(c[0], a[1])
	s.addProduct(-c[1], a[0])
	return s.sign()
}

// exactSum is a sum kept as parts that do not overlap, least first.
type exactSum struct {
	part [12]float64
	n    int
}

func (s *exactSum) addProduct(x, y float64) {
	high := x * y
	s.add(math.FMA(x, y, -high))
	s.add(high)
}

// add is Shewchuk's GROW-EXPANSION.
func (s *exactSum) add(v float64) {
	for i := range s.n {
		sum := v + s.part[i]
		virtual := sum - v
		s.part[i] = (v - (sum - virtual)) + (s.part[i] - virtual)
		v = sum
	}
	s.part[s.n] = v
	s.n++
}

func (s *exactSum) sign() int {
	for i := s.n - 1; i >= 0; i-- {
		if s.part[i] != 0 {
			return sign(s.part[i])
		}
	}
	return 0
}
