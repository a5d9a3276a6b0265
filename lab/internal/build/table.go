package build

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Table prints what each part is, what it was built from and under which licence, and the time
// it took.
func (s Set) Table(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "PART\tRELEASE\tBUILT FROM\tLICENCE\tTIME")
	for _, r := range s.Results {
		release := r.Release
		if release == "" {
			release = "-"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", r.Tool.Name, release, r.Pin(), r.Tool.Licence, r.took())
	}
	return tw.Flush()
}

func (r Result) took() string {
	if r.Cached {
		return "cached"
	}
	return r.Took.Round(time.Second).String()
}
