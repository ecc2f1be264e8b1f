package demo

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strconv"
)

// way is one OpenStreetMap way: nodes of one road with the same tags throughout.
type way struct {
	tags
	nodes []int
}

// ways cuts the roads where a bridge or tunnel begins or ends and at the nodes
// of forbidden turns, where from and to must be ways of their own.
func (n *network) ways() []way {
	via := map[int]bool{}
	for _, t := range n.turns {
		via[t.via] = true
	}
	var out []way
	for _, r := range n.roads {
		start := 0
		for i := 1; i < len(r.nodes); i++ {
			if i+1 < len(r.nodes) && r.spans[i] == r.spans[i-1] && !via[r.nodes[i]] {
				continue
			}
			w := way{r.tags, r.nodes[start : i+1]}
			s := r.spans[start]
			w.bridge, w.tunnel, w.speed = s.bridge, s.tunnel, r.speedAt(start)
			w.name = cmp.Or(s.name, w.name)
			out = append(out, w)
			start = i
		}
	}
	return out
}

// osm writes the network as OpenStreetMap XML: nodes, ways, forbidden turns.
func (n *network) osm() []byte {
	buf := bytes.NewBufferString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\" generator=\"onemap demo\">\n")
	ways := n.ways()
	booth := map[int]string{}
	for _, s := range n.stations {
		booth[n.node(s.at)] = s.name
	}
	number := map[int]int{}
	for _, w := range ways {
		for _, id := range w.nodes {
			if number[id] == 0 {
				number[id] = len(number) + 1
				n.writeNode(buf, number[id], id, booth[id])
			}
		}
	}
	piece := map[[2]int]int{} // way by two neighbouring nodes
	for i, w := range ways {
		fmt.Fprintf(buf, "<way id=\"%d\" version=\"1\">", i+1)
		for k, id := range w.nodes {
			fmt.Fprintf(buf, `<nd ref="%d"/>`, number[id])
			if k > 0 {
				piece[[2]int{w.nodes[k-1], id}], piece[[2]int{id, w.nodes[k-1]}] = i+1, i+1
			}
		}
		w.writeTags(buf)
		buf.WriteString("</way>\n")
	}
	for i, t := range n.turns {
		fmt.Fprintf(buf, `<relation id="%d" version="1"><member type="way" ref="%d" role="from"/><member type="node" ref="%d" role="via"/><member type="way" ref="%d" role="to"/>`,
			i+1, piece[[2]int{t.from, t.via}], number[t.via], piece[[2]int{t.via, t.to}])
		writeTag(buf, "type", "restriction")
		writeTag(buf, "restriction", t.kind)
		buf.WriteString("</relation>\n")
	}
	buf.WriteString("</osm>\n")
	return buf.Bytes()
}

func (n *network) writeNode(buf *bytes.Buffer, number, id int, booth string) {
	p := n.points[id]
	fmt.Fprintf(buf, `<node id="%d" version="1" lat="%s" lon="%s"`, number,
		strconv.FormatFloat(p[1], 'f', -1, 64), strconv.FormatFloat(p[0], 'f', -1, 64))
	if booth == "" {
		buf.WriteString("/>\n")
		return
	}
	buf.WriteByte('>')
	writeTag(buf, "barrier", "toll_booth")
	writeTag(buf, "name", booth)
	buf.WriteString("</node>\n")
}

func (w way) writeTags(buf *bytes.Buffer) {
	writeTag(buf, "highway", w.highway)
	writeTag(buf, "maxspeed", strconv.Itoa(w.speed))
	writeTag(buf, "lanes", strconv.Itoa(w.lanes))
	writeTag(buf, "source", "onemap demo (A)")
	if w.name != "" {
		writeTag(buf, "name", w.name)
	}
	if w.ref != "" {
		writeTag(buf, "ref", w.ref)
	}
	if w.oneway {
		writeTag(buf, "oneway", "yes")
	}
	if w.toll {
		writeTag(buf, "toll", "yes")
	}
	if w.bridge {
		writeTag(buf, "bridge", "yes")
		writeTag(buf, "layer", "1")
	}
	if w.tunnel {
		writeTag(buf, "tunnel", "yes")
		writeTag(buf, "layer", "-1")
	}
}

func writeTag(buf *bytes.Buffer, key, value string) {
	buf.WriteString(`<tag k="` + key + `" v="`)
	_ = xml.EscapeText(buf, []byte(value)) // a bytes.Buffer takes all
	buf.WriteString(`"/>`)
}
