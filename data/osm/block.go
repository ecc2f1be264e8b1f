package osm

import "fmt"

// block is one block of a PBF file while it is read.
type block struct {
	sink        osmSink
	strings     []string
	granularity int64
	lon, lat    int64 // offsets in nanodegrees
}

func (p *pbf) block(data []byte) error {
	b := block{sink: p.sink, granularity: 100}
	m := message{data: data}
	for m.next() {
		switch m.field {
		case 1:
			table := message{data: m.bytes}
			for table.next() {
				if table.field == 1 {
					b.strings = append(b.strings, string(table.bytes))
				}
			}
			m.bad = m.bad || table.bad
		case 17:
			b.granularity = int64(int32(m.value))
		case 19:
			b.lat = int64(m.value)
		case 20:
			b.lon = int64(m.value)
		}
	}
	if m.bad || b.granularity <= 0 {
		return fmt.Errorf("%w: %w", ErrBroken, errProto)
	}
	m = message{data: data}
	for m.next() {
		if m.field != 2 {
			continue
		}
		if err := b.group(m.bytes); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) group(data []byte) error {
	m := message{data: data}
	for m.next() {
		var err error
		switch m.field {
		case 1:
			err = b.node(m.bytes)
		case 2:
			err = b.dense(m.bytes)
		case 3:
			err = b.way(m.bytes)
		case 4:
			err = b.relation(m.bytes)
		}
		if err != nil {
			return err
		}
	}
	return broken(m.err())
}

func broken(err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}

// degrees counts in floating point, so that what is beyond the earth stays
// there; whole numbers of the earth's size it holds exactly.
func (b *block) degrees(offset, v int64) float64 {
	return (float64(offset) + float64(v)*float64(b.granularity)) / 1e9
}

func (b *block) text(i uint64) (string, error) {
	if i >= uint64(len(b.strings)) {
		return "", fmt.Errorf("text %d of %d: %w", i, len(b.strings), ErrBroken)
	}
	return b.strings[i], nil
}

func (b *block) tags(keys, values []uint64) (tags, error) {
	if len(keys) != len(values) {
		return nil, fmt.Errorf("%d keys, %d values: %w", len(keys), len(values), ErrBroken)
	}
	out := make(tags, len(keys))
	for i := range keys {
		k, err := b.text(keys[i])
		if err != nil {
			return nil, err
		}
		if out[k], err = b.text(values[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *block) node(data []byte) error {
	var id, lat, lon int64
	var keys, values []uint64
	m := message{data: data}
	for m.next() {
		switch m.field {
		case 1:
			id = signed(m.value)
		case 2:
			keys = m.numbers(keys)
		case 3:
			values = m.numbers(values)
		case 8:
			lat = signed(m.value)
		case 9:
			lon = signed(m.value)
		}
	}
	if err := broken(m.err()); err != nil {
		return err
	}
	tags, err := b.tags(keys, values)
	if err != nil {
		return err
	}
	return b.sink.node(id, b.degrees(b.lon, lon), b.degrees(b.lat, lat), tags)
}

// dense reads a group of nodes packed as differences.
func (b *block) dense(data []byte) error {
	var ids, lats, lons, texts []uint64
	m := message{data: data}
	for m.next() {
		switch m.field {
		case 1:
			ids = m.numbers(ids)
		case 8:
			lats = m.numbers(lats)
		case 9:
			lons = m.numbers(lons)
		case 10:
			texts = m.numbers(texts)
		}
	}
	if err := broken(m.err()); err != nil {
		return err
	}
	if len(lats) != len(ids) || len(lons) != len(ids) {
		return fmt.Errorf("%d nodes with %d latitudes: %w", len(ids), len(lats), ErrBroken)
	}
	var id, lat, lon int64
	for i := range ids {
		id, lat, lon = id+signed(ids[i]), lat+signed(lats[i]), lon+signed(lons[i])
		var found tags
		for len(texts) > 0 && texts[0] != 0 {
			if len(texts) < 2 {
				return fmt.Errorf("a key without a value: %w", ErrBroken)
			}
			k, err := b.text(texts[0])
			if err != nil {
				return err
			}
			v, err := b.text(texts[1])
			if err != nil {
				return err
			}
			if found == nil {
				found = tags{}
			}
			found[k] = v
			texts = texts[2:]
		}
		if len(texts) > 0 {
			texts = texts[1:]
		}
		if err := b.sink.node(id, b.degrees(b.lon, lon), b.degrees(b.lat, lat), found); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) way(data []byte) error {
	var id int64
	var keys, values, refs []uint64
	m := message{data: data}
	for m.next() {
		switch m.field {
		case 1:
			id = int64(m.value)
		case 2:
			keys = m.numbers(keys)
		case 3:
			values = m.numbers(values)
		case 8:
			refs = m.numbers(refs)
		}
	}
	if err := broken(m.err()); err != nil {
		return err
	}
	tags, err := b.tags(keys, values)
	if err != nil {
		return err
	}
	nodes := make([]int64, len(refs))
	at := int64(0)
	for i, r := range refs {
		at += signed(r)
		nodes[i] = at
	}
	return b.sink.way(id, nodes, tags)
}

func (b *block) relation(data []byte) error {
	var id int64
	var keys, values, roles, ids, kinds []uint64
	m := message{data: data}
	for m.next() {
		switch m.field {
		case 1:
			id = int64(m.value)
		case 2:
			keys = m.numbers(keys)
		case 3:
			values = m.numbers(values)
		case 8:
			roles = m.numbers(roles)
		case 9:
			ids = m.numbers(ids)
		case 10:
			kinds = m.numbers(kinds)
		}
	}
	if err := broken(m.err()); err != nil {
		return err
	}
	tags, err := b.tags(keys, values)
	if err != nil {
		return err
	}
	if len(roles) != len(ids) || len(kinds) != len(ids) {
		return fmt.Errorf("relation %d: %d members, %d roles: %w", id, len(ids), len(roles), ErrBroken)
	}
	members := make([]member, len(ids))
	at := int64(0)
	for i := range ids {
		at += signed(ids[i])
		role, err := b.text(roles[i])
		if err != nil {
			return err
		}
		members[i] = member{kind: "nwr?"[min(kinds[i], 3)], id: at, role: role}
	}
	return b.sink.relation(id, members, tags)
}
