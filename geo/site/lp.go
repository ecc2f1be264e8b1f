package site

import (
	"bufio"
	"fmt"
	"io"
	"slices"
)

// WriteMaxCover writes maximal covering as a mixed-integer program in the LP
// format of CPLEX, for any solver to prove: x are candidates, y points. The
// optimum is the Value of MaxCover.
func WriteMaxCover(w io.Writer, p Problem, sites int, within int32) error {
	return p.writeMaxCover(w, means{sites: sites}, within)
}

// WriteMaxCoverBudget writes MaxCoverBudget.
func WriteMaxCoverBudget(w io.Writer, p Problem, cost []int64, budget int64, within int32) error {
	return p.writeMaxCover(w, means{cost: cost, budget: budget}, within)
}

func (p *Problem) writeMaxCover(w io.Writer, m means, within int32) error {
	in, _, err := p.instance(m, coverCost(within))
	if err != nil {
		return err
	}
	in.merge()
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Maximize\n obj:")
	for i, people := range in.weight {
		fmt.Fprintf(out, " + %d y%d\n", people, i)
	}
	fmt.Fprintln(out, "Subject To")
	for i := range in.weight {
		fmt.Fprintf(out, " c%d: - y%d\n", i, i)
		for j := range in.cost {
			if in.cost[j][i] == 0 {
				fmt.Fprintf(out, " + x%d\n", j)
			}
		}
		fmt.Fprintln(out, " >= 0")
	}
	in.writeMeans(out, m)
	for i := range in.weight {
		fmt.Fprintf(out, " y%d <= 1\n", i)
	}
	in.writeBinary(out)
	return out.Flush()
}

// WriteMedian writes the p-median in the same format: x are candidates, z_i_j
// the share of a point's people who go to one, u_i of those who stay with what
// they have without it: the nearest fixed site, or none. The optimum is the Value
// of Median. It has a line for every pair of a point and a candidate that is
// nearer than that.
func WriteMedian(w io.Writer, p Problem, sites int) error {
	return p.writeMedian(w, means{sites: sites})
}

// WriteMedianBudget writes MedianBudget.
func WriteMedianBudget(w io.Writer, p Problem, cost []int64, budget int64) error {
	return p.writeMedian(w, means{cost: cost, budget: budget})
}

func (p *Problem) writeMedian(w io.Writer, m means) error {
	in, _, err := p.instance(m, farTwice)
	if err != nil {
		return err
	}
	usual := slices.Repeat([]int32{2*p.longest() + 1}, in.n) // no choice costs more
	for j, row := range in.cost {
		for i, c := range row {
			if in.fixed[j] {
				usual[i] = min(usual[i], c)
			}
		}
	}
	in.near = make([][]pair, in.m) // the ways that are shorter than usual
	for j, row := range in.cost {
		for i, c := range row {
			if c < usual[i] {
				in.near[j] = append(in.near[j], pair{int32(i), c})
			}
		}
	}
	out := bufio.NewWriter(w)
	in.writeWays(out, usual)
	in.writeMeans(out, m)
	in.writeBinary(out)
	return out.Flush()
}

// writeWays writes the aim and who goes where. Who has no choice but what is
// usual is summed up in k, which is one.
func (in *instance) writeWays(out io.Writer, usual []int32) {
	by, still := make([][]int, in.n), int64(0)
	fmt.Fprintln(out, "Minimize\n obj:")
	for j, near := range in.near {
		for _, w := range near {
			by[w.point] = append(by[w.point], j)
			fmt.Fprintf(out, " + %d z_%d_%d\n", in.weight[w.point]*int64(w.cost), w.point, j)
		}
	}
	for i, c := range usual {
		if len(by[i]) == 0 {
			still += in.weight[i] * int64(c)
			continue
		}
		fmt.Fprintf(out, " + %d u%d\n", in.weight[i]*int64(c), i)
	}
	fmt.Fprintf(out, " + %d k\nSubject To\n k1: k = 1\n", still)
	for i, some := range by {
		if len(some) == 0 {
			continue
		}
		fmt.Fprintf(out, " s%d: u%d\n", i, i)
		for _, j := range some {
			fmt.Fprintf(out, " + z_%d_%d\n", i, j)
		}
		fmt.Fprintln(out, " = 1")
	}
	for j, near := range in.near {
		for _, w := range near {
			fmt.Fprintf(out, " o%d_%d: z_%d_%d - x%d <= 0\n", w.point, j, w.point, j, j)
		}
	}
}

// WriteCover writes set covering in the same format: x are candidates. The
// optimum is the Value of Cover.
func WriteCover(w io.Writer, p Problem, within int32) error {
	m := means{sites: len(p.Travel)}
	in, _, err := p.instance(m, coverCost(within))
	if err != nil {
		return err
	}
	in.merge()
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Minimize\n obj:")
	for j := range in.cost {
		fmt.Fprintf(out, " + x%d\n", j)
	}
	fmt.Fprintln(out, "Subject To")
	for i := range in.weight {
		some := false
		for j, row := range in.cost {
			if row[i] == 0 {
				if !some {
					fmt.Fprintf(out, " c%d:\n", i)
				}
				some = true
				fmt.Fprintf(out, " + x%d\n", j)
			}
		}
		if some {
			fmt.Fprintln(out, " >= 1")
		}
	}
	in.writeMeans(out, m)
	in.writeBinary(out)
	return out.Flush()
}

// writeMeans ends the constraints with the number of sites or the money, and
// opens the bounds with the sites that are fixed. All sites there are is no
// constraint.
func (in *instance) writeMeans(out io.Writer, m means) {
	price, most := in.price, in.budget // in which fixed sites are for nothing
	if m.cost == nil {
		price, most = slices.Repeat([]int64{1}, in.m), int64(m.sites)
	}
	fmt.Fprintln(out, " p:")
	for j, c := range price {
		fmt.Fprintf(out, " + %d x%d\n", c, j)
	}
	fmt.Fprintf(out, " <= %d\nBounds\n", most)
	for j, fixed := range in.fixed {
		if fixed {
			fmt.Fprintf(out, " x%d = 1\n", j)
		}
	}
}

func (in *instance) writeBinary(out io.Writer) {
	fmt.Fprintln(out, "Binary")
	for j := range in.cost {
		fmt.Fprintf(out, " x%d\n", j)
	}
	fmt.Fprintln(out, "End")
}
