package main

import (
	"container/heap"
	"encoding/binary"
)

// judge finds the time between two nodes in a third way, for the pairs on which
// two routers differ: it keeps the sides driven as long as they begin a
// forbidden series, and holds every move against all of them.
func (s *streets) judge(from, to int64) int64 {
	begun, banned := map[string]bool{}, map[string]bool{}
	for _, path := range s.forbidden {
		for k := 1; k < len(path); k++ {
			begun[written(path[:k])] = true
		}
		banned[written(path)] = true
	}
	best := map[string]int64{}
	queue := &agenda{}
	push := func(t int64, driven []side) {
		for len(driven) > 1 && !begun[written(driven)] {
			driven = driven[1:]
		}
		key := written(driven)
		if old, ok := best[key]; !ok || t < old {
			best[key] = t
			heap.Push(queue, plan{t, driven})
		}
	}
	for _, a := range s.out[from] {
		if s.cost[a] >= 0 {
			push(s.cost[a], []side{a})
		}
	}
	for queue.Len() > 0 {
		now := heap.Pop(queue).(plan)
		if now.time > best[written(now.driven)] {
			continue
		}
		node := s.head(now.driven[len(now.driven)-1])
		if node == to {
			return now.time
		}
		for _, a := range s.out[node] {
			driven := append(append([]side(nil), now.driven...), a)
			if s.cost[a] >= 0 && !endsBanned(driven, banned) {
				push(now.time+s.cost[a], driven)
			}
		}
	}
	return noWay
}

// endsBanned reports a series whose end is forbidden.
func endsBanned(driven []side, banned map[string]bool) bool {
	for k := range len(driven) - 1 {
		if banned[written(driven[k:])] {
			return true
		}
	}
	return false
}

func written(path []side) string {
	var key []byte
	for _, a := range path {
		key = binary.AppendVarint(key, a)
	}
	return string(key)
}

type plan struct {
	time   int64
	driven []side
}

// agenda is a queue of plans by time.
type agenda []plan

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].time < a[j].time }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)        { *a = append(*a, x.(plan)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
