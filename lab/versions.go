package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/tracestack/tracestack/lab/internal/build"
	"github.com/tracestack/tracestack/lab/internal/images"
)

// versions prints what the lab runs: each part with the module that it was built from, and the
// image that it is packed as.
func (l *lab) versions() error {
	w := tabwriter.NewWriter(l.steps.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PART\tRELEASE\tBUILT FROM\tLICENCE\tIMAGE")
	for _, r := range l.tools.Results {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Tool.Name, orDash(r.Release), r.Pin(), r.Tool.Licence, orDash(imageOf(l.tools, r)))
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
