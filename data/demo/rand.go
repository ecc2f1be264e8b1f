package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

const seed = 130300 // the city's code; another number is another invented city

// today is the day the demo city is told on: dates spread around it.
var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// stream returns the random source of one theme, so that a change in one
// theme does not shift another.
func stream(theme string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(theme))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// identity returns the id of one entry, shaped as a UUIDv7 of today: the same
// for the same ledger and code, whatever else changes.
func identity(ledger, code string) uuid.UUID {
	sum := sha256.Sum256([]byte("onemap demo " + ledger + " " + code))
	var id uuid.UUID
	copy(id[:], sum[:])
	ms := make([]byte, 8)
	binary.BigEndian.PutUint64(ms, uint64(today.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// pick returns one of the list.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// between returns a whole number from low to high, both included.
func between(rng *rand.Rand, low, high int) int { return low + rng.IntN(high-low+1) }

// day returns a date that many days from today.
func day(offset int) string { return today.AddDate(0, 0, offset).Format(time.DateOnly) }

// verifyBy spreads the days on which entries are to be checked again: about
// one in ten has passed already.
func verifyBy(rng *rand.Rand) string { return day(between(rng, -40, 360)) }

// shareOut splits total by weights into whole numbers that sum to it exactly:
// each gets its floor, the largest remainders get the rest, first come first.
func shareOut(total int, weights []float64) []int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out := make([]int, len(weights))
	rest := make([]float64, len(weights))
	left := total
	for i, w := range weights {
		exact := float64(total) * w / sum
		out[i] = int(exact)
		rest[i] = exact - float64(out[i])
		left -= out[i]
	}
	for _, i := range largest(rest, left) {
		out[i]++
	}
	return out
}
