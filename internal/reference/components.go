package reference

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
)

// Table is a table of docs/components.md: the fields of one struct.
type Table struct {
	Heading string // of the section that it is in
	Given   bool   // by a component, so that nobody fills it in
	Fields  []spec.Described
}

// Components puts generated tables into docs/components.md, in place of those that it has. Everything
// else on the page stays as it is.
func Components(page []byte, tables []Table) ([]byte, error) {
	linked := map[string]bool{}
	for _, table := range tables {
		linked[strings.TrimPrefix(table.Heading, "### ")] = true
	}
	for _, table := range tables {
		start := bytes.Index(page, []byte("\n"+table.Heading+"\n"))
		if start < 0 {
			return nil, fmt.Errorf("reference: the page has no section %q", table.Heading)
		}
		start += len(table.Heading) + 2
		old := firstTable(page[start:])
		if old == nil {
			return nil, fmt.Errorf("reference: section %q has no table: give it a line %q", table.Heading, tableBegins)
		}
		start += bytes.Index(page[start:], old)
		page = bytes.Join([][]byte{page[:start], table.markdown(linked), page[start+len(old):]}, nil)
	}
	return page, nil
}

// tableBegins tells a generated table from others on the page.
const tableBegins = "| Field |"

// firstTable gives the lines of a section's generated table; nil where there is none.
func firstTable(section []byte) []byte {
	if end := bytes.Index(section, []byte("\n#")); end >= 0 {
		section = section[:end+1]
	}
	start := bytes.Index(section, []byte("\n"+tableBegins))
	if start < 0 {
		return nil
	}
	section, length := section[start+1:], 0
	for line := range bytes.Lines(section) {
		if !bytes.HasPrefix(line, []byte("|")) {
			break
		}
		length += len(line)
	}
	return section[:length]
}

func (t Table) markdown(linked map[string]bool) []byte {
	var rows strings.Builder
	if t.Given {
		rows.WriteString(tableBegins + " Type | What it is |\n|---|---|---|\n")
	} else {
		rows.WriteString(tableBegins + " Type | Default | What it is |\n|---|---|---|---|\n")
	}
	for _, f := range t.Fields {
		fmt.Fprintf(&rows, "| `%s` | %s |", f.Go, goType(f, linked))
		if !t.Given {
			fmt.Fprintf(&rows, " %s |", goDefault(f))
		}
		fmt.Fprintf(&rows, " %s |\n", meaning(f))
	}
	return []byte(rows.String())
}

// goType is how the type is written in another package, with a link where the page has a table of it.
func goType(f spec.Described, linked map[string]bool) string {
	written := strings.ReplaceAll(f.Field.Type.String(), "interface {}", "any")
	name := written[strings.LastIndexAny(written, ".]*")+1:]
	if linked[name] {
		return fmt.Sprintf("[`%s`](#%s)", written, strings.ToLower(name))
	}
	return "`" + written + "`"
}

func goDefault(f spec.Described) string {
	if f.Required {
		return "required"
	}
	if inside := defaultsInside("", f); len(inside) > 0 {
		return strings.Join(inside, ", ")
	}
	return "–" // Some components have one that is not in a tag: the text says so.
}

// defaultsInside are those of a field, and of the fields inside of it where it is a struct. A false is not worth
// saying, and a struct that cannot do without a field is not there by itself.
func defaultsInside(path string, f spec.Described) []string {
	if f.Kind == spec.Object && slices.ContainsFunc(f.Inner, func(inner spec.Described) bool { return inner.Required }) {
		return nil
	}
	if f.Kind == spec.Object {
		var all []string
		for _, inner := range f.Inner {
			all = append(all, defaultsInside(strings.TrimPrefix(path+"."+inner.Go, "."), inner)...)
		}
		return all
	}
	if f.Dev == nil || f.Dev == false || f.Kind == spec.List {
		return nil
	}
	if path == "" {
		return []string{value(f.Dev)}
	}
	return []string{fmt.Sprintf("`%s: %v`", path, f.Dev)}
}

// sentence begins with a capital letter, unless that would change a name.
func sentence(rules string) string {
	if first, _, _ := strings.Cut(rules, " "); !strings.Contains(first, ".") {
		rules = strings.ToUpper(rules[:1]) + rules[1:]
	}
	return strings.TrimSuffix(rules, ".") + "."
}

// meaning is what a field is, what it can be, and where more is said.
func meaning(f spec.Described) string {
	said := f.Doc
	rules := f.Rules
	if len(f.Choices) > 0 {
		rules = append([]string{"must be one of `" + strings.Join(f.Choices, "`, `") + "`"}, rules...)
	}
	var asked []string
	for _, rule := range rules {
		if rule != spec.MustBeGiven || !f.Required { // The column of defaults says so.
			asked = append(asked, rule)
		}
	}
	if len(asked) > 0 {
		said += " " + sentence(strings.Join(asked, "; "))
	}
	if f.See != "" {
		said += fmt.Sprintf(" ([upstream](%s))", f.See)
	}
	return strings.ReplaceAll(said, "|", `\|`)
}
