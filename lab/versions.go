package main

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/tracestack/tracestack/lab/internal/build"
	"github.com/tracestack/tracestack/lab/internal/images"
)

// row is one part of what the lab runs.
type row struct{ part, release, from, licence, image string }

// partsOf describes those of the built tools that are named.
func (l *lab) partsOf(tools []string) []row {
	var rows []row
	for _, r := range l.tools.Results {
		if slices.Contains(tools, r.Tool.Name) {
			rows = append(rows, row{r.Tool.Name, r.Release, r.Pin(), r.Tool.Licence, imageOf(l.tools, r)})
		}
	}
	return rows
}

// versions prints each part with the module that it comes from, and the image that it is packed as.
func (l *lab) versions(rows []row) error {
	w := tabwriter.NewWriter(l.steps.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PART\tRELEASE\tBUILT FROM\tLICENCE\tIMAGE")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.part, orDash(r.release), r.from, r.licence, orDash(r.image))
	}
	return w.Flush()
}

// imageOf is empty for a part that runs outside the cluster.
func imageOf(tools build.Set, r build.Result) string {
	ref, err := images.Ref(tools, r.Tool.Name)
	if err != nil {
		return ""
	}
	return ref
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
