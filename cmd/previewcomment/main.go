// Command previewcomment reads a preview from its standard input and writes the comment for the
// reviewer of a pull request to its standard output:
//
//	export PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true
//	pulumi preview --json --non-interactive --stack dev >preview.jsonl 2>&1
//	previewcomment -stack dev <preview.jsonl >comment.md
//
// It ends with 0, with 1 where something must be approved that is not, and with 2 where the
// preview failed or is none.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/tracestack/tracestack/internal/preview"
)

// The statuses that a pipeline decides by.
const (
	fine = iota
	unapproved
	failed
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, in io.Reader, out, problems io.Writer) int {
	var c preview.Comment
	flags := flag.NewFlagSet("previewcomment", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.StringVar(&c.Stack, "stack", "", "the name of the stack; required")
	flags.StringVar(&c.Commit, "commit", "", "what was previewed, for the comment")
	flags.BoolVar(&c.Approved, "approved", false, "what is deleted and replaced has been approved")
	flags.StringVar(&c.Approval, "approval", "", "how one approves, for the comment")
	flags.StringVar(&c.Policy, "policy", "", "the address of the page with the rules, for the comment")
	if err := flags.Parse(args); err != nil {
		return failed
	}
	if c.Stack == "" || flags.NArg() > 0 {
		fmt.Fprintln(problems, "previewcomment: -stack must be given, and nothing but flags")
		return failed
	}
	p, err := preview.Read(in)
	if err != nil {
		fmt.Fprintln(problems, "previewcomment:", err)
		return failed
	}
	if _, err := io.WriteString(out, p.Markdown(c)); err != nil {
		fmt.Fprintln(problems, "previewcomment:", err)
		return failed
	}
	switch {
	case len(p.Errors) > 0:
		return failed
	case len(p.NeedApproval()) > 0 && !c.Approved:
		return unapproved
	}
	return fine
}
