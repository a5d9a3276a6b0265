package reference

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

const opening = `# Configuration

<!-- Generated from settings and internal/config by go test ./stacks -update. Change it there. -->

Every key that a stack can have. Set one with ` + "`pulumi config set KEY VALUE`" + `, a place inside an object with
` + "`pulumi config set --path 'jaeger.maxTraces' 10000`" + `, or edit ` + "`Pulumi.<stack>.yaml`" + `. The prefix ` + "`tracestack:`" + ` may be
left out on the command line.

- The configuration is read strictly. An unknown key, a wrong type and a wrong combination are refused before anything
  is created, all at once, each with its path, its value and the rule.
- An absent key takes the default. Where profiles differ, the table shows both; they differ in values only.
- A *credential* is given in one of two ways, and never in plain:
  ` + "`pulumi config set --secret KEY`" + ` with the value, or the name of a Secret that exists in the stack's namespace:
  ` + "`pulumi config set --path 'KEY.secretName' NAME`" + ` and ` + "`pulumi config set --path 'KEY.key' ENTRY`" + `.
- Editors check stack files as you type with [config.schema.json](config.schema.json). In VS Code and others with
  yaml-language-server the first line of a stack file says so: ` + "`# yaml-language-server: $schema=docs/config.schema.json`" + `.
- The engine itself refuses a key of ` + "`Pulumi.yaml`" + ` that has the wrong type. Keys whose default follows the profile are
  not listed there: the engine would require them, or hand a default on as if you had written it.
`

const sizesOpening = `
## Sizes

What ` + "`tracestack:size`" + ` decides where nothing else is said. The load is what a size is meant for, not a measurement; with
profile prod the collector has 2 pods at least. Jaeger's memory follows the traces that it holds.

| size | load | collector pods | each: CPU | each: memory | Jaeger: traces in memory | CPU |
|---|---|---|---|---|---|---|
`

const tempoSizes = `
| size | Tempo: CPU | memory | disk | traces not complete yet | rate in a second |
|---|---|---|---|---|---|
`

// Page is docs/configuration.md.
func Page() []byte {
	var page strings.Builder
	page.WriteString(opening)
	page.WriteString(sizesOpening)
	sizes(&page)
	page.WriteString("\n## Keys\n\n| key | type | default | meaning |\n|---|---|---|---|\n")
	all := config.Describe()
	for _, s := range all {
		fmt.Fprintf(&page, "| [`%s`](#%s) | %s | %s | %s |\n", s.Path, anchor(s.Path), kind(s), defaults(s), s.Doc)
	}
	for _, s := range all {
		detail(&page, s)
	}
	return []byte(page.String())
}

// sizes has a row for each size: what it decides of the collector and of Jaeger, and of Tempo.
func sizes(page *strings.Builder) {
	var ofTempo strings.Builder
	for _, size := range settings.Size("").Choices() {
		all := config.Defaults(settings.ProfileDev, settings.Size(size))
		c, j, t := all.Collector.Resources, all.Jaeger.Resources, all.Tempo.Resources
		fmt.Fprintf(page, "| %s | %s | %d | %s, at most %s | %s, at most %s | %d | %s, at most %s |\n", size, settings.Size(size).Load(), all.Collector.Replicas,
			c.Requests.CPU, c.Limits.CPU, c.Requests.Memory, c.Limits.Memory, all.Jaeger.MaxTraces, j.Requests.CPU, j.Limits.CPU)
		fmt.Fprintf(&ofTempo, "| %s | %s, at most %s | %s, at most %s | %s | %d | %s |\n", size, t.Requests.CPU, t.Limits.CPU,
			t.Requests.Memory, t.Limits.Memory, all.Tempo.Volume.Size, all.Tempo.Limits.LiveTraces, all.Tempo.Limits.Rate)
	}
	page.WriteString(tempoSizes + ofTempo.String())
}

// anchor is what GitHub makes of a heading.
func anchor(heading string) string {
	return strings.ToLower(strings.ReplaceAll(heading, ":", ""))
}

// detail is the section of one key: what it is, and a row for each place inside.
func detail(page *strings.Builder, s spec.Described) {
	fmt.Fprintf(page, "\n### %s\n\n%s\n", s.Path, s.Doc)
	fmt.Fprintf(page, "\n- Type: %s\n- Default: %s\n", kind(s), defaults(s))
	for _, rule := range s.Rules {
		fmt.Fprintf(page, "- Rule: %s\n", rule)
	}
	if s.See != "" {
		fmt.Fprintf(page, "- See <%s>\n", s.See)
	}
	if len(s.Inner) == 0 {
		return
	}
	page.WriteString("\n| place | type | default | rule | meaning |\n|---|---|---|---|---|\n")
	rows(page, s.Inner)
}

func rows(page *strings.Builder, all []spec.Described) {
	for _, s := range all {
		doc := s.Doc
		if s.See != "" {
			doc += fmt.Sprintf(" ([upstream](%s))", s.See)
		}
		fmt.Fprintf(page, "| `%s` | %s | %s | %s | %s |\n", strings.TrimPrefix(s.Path, program), kind(s), defaults(s), strings.Join(s.Rules, "; "), doc)
		rows(page, s.Inner)
	}
}

func kind(s spec.Described) string {
	switch {
	case len(s.Choices) > 0:
		return "one of `" + strings.Join(s.Choices, "`, `") + "`"
	case s.Kind == spec.List && s.Inner != nil:
		return "list of objects"
	case s.Kind == spec.List:
		return "list of strings"
	case s.Kind == spec.Map:
		return "map of strings"
	}
	return string(s.Kind)
}

func defaults(s spec.Described) string {
	if s.Kind == spec.Object || s.Kind == spec.Map {
		return "`{}`"
	}
	dev, prod := value(s.Dev), value(s.Prod)
	if dev == prod {
		return dev
	}
	return "dev: " + dev + "<br>prod: " + prod
}

func value(v any) string {
	if v == nil {
		return "none"
	}
	text, ok := v.(string)
	if !ok {
		encoded, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("reference: default %v: %v", v, err)) // Only what JSON does not know.
		}
		text = string(encoded)
	}
	return "`" + text + "`"
}
