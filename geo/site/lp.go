package site

import (
	"bufio"
	"fmt"
	"io"
)

// WriteMaxCover writes maximal covering as a mixed-integer program in the LP
// format of CPLEX, for any solver to prove: x are candidates, y points. The
// optimum is the Value of MaxCover.
func WriteMaxCover(w io.Writer, p Problem, sites int, within int32) error {
	in, _, err := p.instance(means{sites: sites}, coverCost(within))
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
		fmt.Fprintf(out, " c%d: - y%d", i, i)
		for j := range in.cost {
			if in.cost[j][i] == 0 {
				fmt.Fprintf(out, " + x%d", j)
			}
		}
		fmt.Fprintln(out, " >= 0")
	}
	in.writeSites(out, sites)
	for i := range in.weight {
		fmt.Fprintf(out, " y%d <= 1\n", i)
	}
	in.writeBinary(out)
	return out.Flush()
}

// WriteMedian writes the p-median in the same format: x are candidates, z_i_j
// the share of a point's people who go to one. The optimum is the Value of Median.
// It has a line for every pair of point and candidate.
func WriteMedian(w io.Writer, p Problem, sites int) error {
	in, _, err := p.instance(means{sites: sites}, farTwice)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Minimize\n obj:")
	for j, row := range in.cost {
		for i, c := range row {
			fmt.Fprintf(out, " + %d z_%d_%d\n", in.weight[i]*int64(c), i, j)
		}
	}
	fmt.Fprintln(out, "Subject To")
	for i := range in.weight {
		fmt.Fprintf(out, " s%d:", i)
		for j := range in.cost {
			fmt.Fprintf(out, " + z_%d_%d\n", i, j)
		}
		fmt.Fprintln(out, " = 1")
	}
	for j := range in.cost {
		for i := range in.weight {
			fmt.Fprintf(out, " o%d_%d: z_%d_%d - x%d <= 0\n", i, j, i, j, j)
		}
	}
	in.writeSites(out, sites)
	in.writeBinary(out)
	return out.Flush()
}

// writeSites ends the constraints with the number of sites, and opens the bounds
// with those that are fixed.
func (in *instance) writeSites(out io.Writer, sites int) {
	fmt.Fprint(out, " p:")
	for j := range in.cost {
		fmt.Fprintf(out, " + x%d\n", j)
	}
	fmt.Fprintf(out, " = %d\nBounds\n", sites)
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
