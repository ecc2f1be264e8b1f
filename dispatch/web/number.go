package web

import "strconv"

// number reads a number as JSON writes them, and refuses what a float64 cannot
// say: too large, too small to be anything but zero, minus zero.
func (sc *scanner) number() error {
	start := sc.pos
	negative := sc.peek() == '-'
	if negative {
		sc.pos++
		if sc.coordinates > 0 && sc.word("Infinity") {
			return sc.wrong(422, "bad_geometry", "a coordinate is not a finite number")
		}
	}
	zero := sc.peek() == '0'
	whole := sc.digits()
	if whole == 0 || zero && whole > 1 {
		return sc.broken()
	}
	if sc.peek() == '.' {
		sc.pos++
		if sc.digits() == 0 {
			return sc.broken()
		}
	}
	mantissa := sc.raw[start:sc.pos]
	if c := sc.peek(); c == 'e' || c == 'E' {
		sc.pos++
		if c := sc.peek(); c == '+' || c == '-' {
			sc.pos++
		}
		if sc.digits() == 0 {
			return sc.broken()
		}
	}
	v, err := strconv.ParseFloat(string(sc.raw[start:sc.pos]), 64)
	switch {
	case err != nil && sc.coordinates > 0:
		return sc.wrong(422, "bad_geometry", "a coordinate is not a finite number")
	case err != nil:
		return sc.wrong(400, "bad_number", "the number is too large")
	case sc.coordinates > 0:
		return nil
	case v == 0 && negative:
		return sc.wrong(400, "bad_number", "minus zero is no number here")
	case v == 0 && says(mantissa):
		return sc.wrong(400, "bad_number", "the number is too small")
	}
	return nil
}

func (sc *scanner) digits() (n int) {
	for sc.pos < len(sc.raw) && sc.raw[sc.pos] >= '0' && sc.raw[sc.pos] <= '9' {
		sc.pos++
		n++
	}
	return n
}

// says reports a mantissa that is not zero.
func says(mantissa []byte) bool {
	for _, c := range mantissa {
		if c >= '1' && c <= '9' {
			return true
		}
	}
	return false
}
