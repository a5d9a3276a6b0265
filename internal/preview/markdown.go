package preview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Comment is what a reviewer is told besides the preview itself.
type Comment struct {
	Stack string
	// Commit that was previewed: a comment may outlive it.
	Commit string
	// Approved: somebody has read what is replaced and deleted, and said so.
	Approved bool
	// Approval is how one says so; Policy is the address of the page with the rules.
	Approval, Policy string
}

// Marker is the first line of a comment. It is not shown; by it the comment is found again.
func Marker(stack string) string {
	return fmt.Sprintf("<!-- tracestack preview of stack %s -->", stack)
}

// largest is what GitHub takes as one comment, less some room. GitLab takes more.
const largest = 65_000

// NeedApproval are the changes that somebody must have read: whatever is deleted, and whatever is
// replaced. One replacement is routine: a ConfigMap whose name carries the hash of its content is
// made beside the old one, and pods roll from one to the other.
func (p Preview) NeedApproval() []Change {
	var all []Change
	for _, change := range p.Changes {
		if change.Op == Delete || change.Op == Replace && !change.routine() {
			all = append(all, change)
		}
	}
	return all
}

func (c Change) routine() bool {
	return c.Op == Replace && c.Type == "kubernetes:core/v1:ConfigMap" && !c.DeletedFirst && !c.Protected &&
		slices.ContainsFunc(c.Properties, func(p Property) bool { return p.Forces && p.Path == "metadata.name" }) &&
		!slices.ContainsFunc(c.Properties, func(p Property) bool { return p.Forces && p.Path == "metadata.namespace" })
}

// Markdown writes the comment. What does not fit is left out from the end, and that is said: the
// replacements and deletions are the beginning.
func (p Preview) Markdown(c Comment) string {
	full := p.markdown(c, true)
	if len(full) <= largest {
		return full
	}
	const left = "\n\n*The rest does not fit into a comment: it is in the log of this job.*\n"
	short := p.markdown(c, false)
	if len(short)+len(left) > largest {
		end := largest - len(left)
		short = short[:strings.LastIndex(short[:end], "\n")]
	}
	return short + left
}

func (p Preview) markdown(c Comment, details bool) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s\n### Preview of stack %s: %s\n", Marker(c.Stack), code(c.Stack), p.headline())
	if len(p.Errors) > 0 {
		fmt.Fprintf(&w, "\n> [!CAUTION]\n> The preview failed. This blocks the merge.\n\n%s\n", block("", strings.Join(p.Errors, "\n\n")))
	}
	p.verdict(&w, c)
	p.section(&w, "Deleted", Delete, true)
	p.section(&w, "Replaced", Replace, true)
	p.section(&w, "Updated", Update, details)
	p.outputs(&w, details)
	p.section(&w, "Imported", Import, details)
	p.created(&w)
	if footer := c.footer(); footer != "" {
		fmt.Fprintf(&w, "\n<sub>%s</sub>\n", footer)
	}
	return w.String()
}

func (c Comment) footer() string {
	var parts []string
	if c.Commit != "" {
		parts = append(parts, "Commit "+plain(c.Commit)+".")
	}
	if c.Policy != "" {
		parts = append(parts, "A reviewer reads what is deleted and replaced first: [the rules]("+c.Policy+").")
	}
	return strings.Join(parts, " ")
}

var counted = []struct {
	op   Op
	word string
}{{Delete, "deleted"}, {Replace, "replaced"}, {Update, "updated"}, {Import, "imported"}, {Create, "created"}}

func (p Preview) of(op Op) []Change {
	var all []Change
	for _, change := range p.Changes {
		if change.Op == op {
			all = append(all, change)
		}
	}
	return all
}

func (p Preview) headline() string {
	var parts []string
	for _, kind := range counted {
		n := len(p.of(kind.op))
		if n == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", n, kind.word)
		if kind.op == Delete || kind.op == Replace {
			part = "**" + part + "**"
		}
		parts = append(parts, part)
	}
	switch {
	case len(p.Errors) > 0:
		return "**failed**"
	case len(parts) == 0 && len(p.Outputs) == 0:
		return "nothing changes"
	case len(parts) == 0:
		return "only outputs change"
	}
	return strings.Join(append(parts, fmt.Sprintf("%d unchanged", p.Unchanged)), ", ")
}

func (p Preview) verdict(w *strings.Builder, c Comment) {
	risky := p.NeedApproval()
	if len(risky) == 0 {
		return
	}
	kind, verdict := "CAUTION", "This blocks the merge until somebody who has read them approves"
	if c.Approval != "" {
		verdict += ": " + c.Approval
	}
	if c.Approved {
		kind, verdict = "WARNING", "Approved for this commit"
	}
	what := fmt.Sprintf("%d resources are deleted or replaced", len(risky))
	if len(risky) == 1 {
		what = "1 resource is deleted or replaced"
	}
	gaps := 0
	for _, change := range risky {
		if change.DeletedFirst {
			gaps++
		}
	}
	if gaps > 0 {
		what += fmt.Sprintf(", %d of them before there is a new one", gaps)
	}
	fmt.Fprintf(w, "\n> [!%s]\n> %s. %s.\n", kind, what, verdict)
}

func (p Preview) section(w *strings.Builder, title string, op Op, details bool) {
	changes := p.of(op)
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(w, "\n#### %s\n\n", title)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, change := range changes {
		fmt.Fprintf(w, "- %s **%s**%s\n", code(change.Type), plain(change.Name), change.note())
		if !details {
			continue
		}
		for _, property := range change.Properties {
			property.write(w, "  ")
		}
	}
}

// rank puts what loses most in front, and what is routine at the end.
func (c Change) rank() int {
	_, holds := holders[c.Type]
	switch {
	case c.Protected || holds:
		return 0
	case c.DeletedFirst:
		return 1
	case c.routine():
		return 3
	}
	return 2
}

// holders are resources whose deletion takes others, or data, with them.
var holders = map[string]string{
	"kubernetes:core/v1:Namespace":                                "everything in it goes with it",
	"kubernetes:core/v1:PersistentVolumeClaim":                    "its data may go with it",
	"kubernetes:core/v1:PersistentVolume":                         "its data may go with it",
	"kubernetes:apps/v1:StatefulSet":                              "its pods go, and its data may",
	"kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": "every resource of its kind goes with it",
	"pulumi:providers:kubernetes":                                 "another cluster, unless the kubeconfig only moved: everything is made anew",
}

func (c Change) note() string {
	var notes []string
	switch {
	case c.routine():
		notes = append(notes, "routine: a new one beside it, then the old one goes")
	case c.Op == Replace && c.DeletedFirst:
		notes = append(notes, "**deleted first**, then made anew")
	case c.Op == Replace:
		notes = append(notes, "a new one first, then the old one is deleted")
	}
	gone := c.Op == Replace || c.Op == Delete
	if lost, holds := holders[c.Type]; holds && gone {
		notes = append(notes, "**"+lost+"**")
	}
	if rolls := func(p Property) bool { return strings.HasPrefix(p.Path, "spec.template.") }; c.Op == Update && slices.ContainsFunc(c.Properties, rolls) {
		notes = append(notes, "its pods roll")
	}
	if c.Protected && gone {
		notes = append(notes, "**protected** until now")
	}
	if c.Retained && gone {
		notes = append(notes, "the old one stays in the cluster, retained")
	}
	if len(notes) == 0 {
		return ""
	}
	return ": " + strings.Join(notes, "; ")
}

func (p Property) write(w *strings.Builder, indent string) {
	forces := ""
	if p.Forces {
		forces = "forced by "
	}
	before, after := text(p.Old), text(p.New)
	if !strings.Contains(before+after, "\n") {
		fmt.Fprintf(w, "%s- %s%s: %s → %s\n", indent, forces, code(p.Path), value(p.Old), value(p.New))
		return
	}
	fmt.Fprintf(w, "%s- %s%s:\n%s\n", indent, forces, code(p.Path), indented(block("diff", difference(before, after)), indent+"  "))
}

// What is longer says too little for its room.
const longestLines, longestValue = 1500, 160

func difference(before, after string) string {
	if n := strings.Count(before+after, "\n"); n > longestLines {
		return fmt.Sprintf("  %d lines, too long to compare here", n)
	}
	return lines(before, after)
}

func value(v any) string {
	if v == nil {
		return "*none*"
	}
	written := text(v)
	if written == "" {
		return "*empty*"
	}
	if len(written) > longestValue {
		cut := longestValue
		for !utf8.RuneStart(written[cut]) {
			cut--
		}
		written = written[:cut] + "…"
	}
	return code(written)
}

func (p Preview) outputs(w *strings.Builder, details bool) {
	// A new stack has all of them new, and a failed preview has none: neither says anything.
	if len(p.Outputs) == 0 || len(p.Errors) > 0 || !slices.ContainsFunc(p.Outputs, func(o Property) bool { return o.Old != nil }) {
		return
	}
	fmt.Fprintf(w, "\n#### Outputs of the stack\n\n")
	for _, output := range p.Outputs {
		if details {
			output.write(w, "")
		} else {
			fmt.Fprintf(w, "- %s\n", code(output.Path))
		}
	}
}

func (p Preview) created(w *strings.Builder) {
	changes := p.of(Create)
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(w, "\n<details><summary>%d created</summary>\n\n", len(changes))
	for _, change := range changes {
		fmt.Fprintf(w, "- %s **%s**\n", code(change.Type), plain(change.Name))
	}
	w.WriteString("\n</details>\n")
}

// code is an inline span that its content cannot close.
func code(content string) string {
	content = strings.ReplaceAll(content, "\n", " ")
	fence := strings.Repeat("`", longest(content, '`')+1)
	if strings.HasPrefix(content, "`") || strings.HasSuffix(content, "`") {
		content = " " + content + " "
	}
	return fence + content + fence
}

// block is a fenced block that its content cannot close.
func block(language, content string) string {
	fence := strings.Repeat("`", max(3, longest(content, '`')+1))
	return fence + language + "\n" + content + "\n" + fence
}

func indented(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}

// plain is text in which nothing is Markdown, a mention or HTML.
func plain(text string) string {
	var w strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<>&@#|~!", r) {
			fmt.Fprintf(&w, "&#%d;", r)
		} else {
			w.WriteRune(r)
		}
	}
	return w.String()
}
