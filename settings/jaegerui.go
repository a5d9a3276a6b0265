package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
)

// JaegerUI is where Jaeger's pages are, and what they show beside traces.
type JaegerUI struct {
	BasePath     string        `json:"basePath,omitempty" pulumi:"basePath,optional" format:"basePath" doc:"The path of the pages and of the query API, such as /jaeger; without one it is the root of the host. It is in the stack's outputs, in Grafana's datasource and in the route, which then leads to nothing else."`
	Menu         []MenuEntry   `json:"menu,omitempty" pulumi:"menu,optional" doc:"What is in the upper right corner instead of Jaeger's own About; [] leaves it empty."`
	LinkPatterns []LinkPattern `json:"linkPatterns,omitempty" pulumi:"linkPatterns,optional" doc:"Links from a trace, or from an attribute of a span, to something else such as its logs." see:"https://www.jaegertracing.io/docs/latest/deployment/frontend-ui/#link-patterns"`
	Archive      bool          `json:"archive,omitempty" pulumi:"archive,optional" doc:"Whether a trace can be kept for good by a button on its page. It is then also in an index of its own, which nothing deletes." rule:"must not be given without a search store"`
}

// MenuEntry is a link in Jaeger's menu, or several below one name.
type MenuEntry struct {
	Label string     `json:"label" pulumi:"label" format:"notEmpty" doc:"What is shown."`
	URL   string     `json:"url,omitempty" pulumi:"url,optional" format:"link" doc:"Where it leads." rule:"must be given, or items; must not be given with items; must not hold credentials"`
	Items []MenuLink `json:"items,omitempty" pulumi:"items,optional" doc:"The links below the name."`
}

// MenuLink is a link below a name.
type MenuLink struct {
	Label string `json:"label" pulumi:"label" format:"notEmpty" doc:"What is shown."`
	URL   string `json:"url" pulumi:"url" format:"link" doc:"Where it leads." rule:"must not hold credentials"`
}

// LinkPattern makes links of what a trace has.
type LinkPattern struct {
	Type LinkType `json:"type" pulumi:"type" doc:"What has the link: the trace as a whole, or an attribute of a resource (process), of a span (tags) or of an event (logs)."`
	Key  string   `json:"key,omitempty" pulumi:"key,optional" format:"attribute" doc:"The attribute whose value is the link." rule:"must be given with type process, tags and logs; must not be given with type traces"`
	URL  string   `json:"url" pulumi:"url" format:"link" doc:"Where it leads. #{NAME} is an attribute of the same span or of one above it, or one of the trace: traceID, traceName, startTime, endTime, duration. Times are microseconds. A trace that lacks one has no link." rule:"each #{ must be closed by }, with a name between them; a name must be one of the trace with type traces; must not hold credentials"`
	Text string   `json:"text" pulumi:"text" format:"notEmpty" doc:"What is shown, with the same names." rule:"as url"`
}

// Rules across the fields.
func (m *MenuEntry) Rules(l spec.Look) {
	if !l.Sound("", "url", "items") {
		return
	}
	switch {
	case l.Given("url") && len(m.Items) > 0:
		l.Refuse("url", spec.NotShown, "must not be given with items")
	case !l.Given("url") && len(m.Items) == 0:
		l.Refuse("url", spec.NotSet, "must be given, or items")
	}
	checkOpen(l, "url", m.URL)
}

// Rules across the fields.
func (m *MenuLink) Rules(l spec.Look) { checkOpen(l, "url", m.URL) }

var signedIn = regexp.MustCompile(`^https?://[^/]*@`)

// checkOpen refuses an address with credentials: whoever sees the pages sees it.
func checkOpen(l spec.Look, name, link string) {
	if l.GivenSound(name) && signedIn.MatchString(link) {
		l.Refuse(name, spec.NotShown, "must not hold credentials: whoever sees the pages sees them")
	}
}

// Rules across the fields.
func (p *LinkPattern) Rules(l spec.Look) {
	if !l.Sound("", "type") || !l.Given("type") {
		return
	}
	if p.Type == LinkTraces && l.GivenSound("key") {
		l.Refuse("key", p.Key, "must not be given with type traces: it is the trace that has the link")
	} else if p.Type != LinkTraces && !l.Given("key") && l.Sound("key") {
		l.Refuse("key", spec.NotSet, "must be given with type "+string(p.Type))
	}
	checkOpen(l, "url", p.URL)
	p.checkNames(l, "url", p.URL)
	p.checkNames(l, "text", p.Text)
}

// ofTraces are the names that a trace has by itself.
var ofTraces = []string{"traceID", "traceName", "startTime", "endTime", "duration"}

var (
	linkName   = regexp.MustCompile(`#\{([^{}]*)\}`)
	dottedName = spec.FormatNamed("attribute")
)

// checkNames refuses what Jaeger's pages would show as it stands, or would never find.
func (p *LinkPattern) checkNames(l spec.Look, field, text string) {
	if !l.GivenSound(field) {
		return
	}
	if strings.Contains(linkName.ReplaceAllString(text, ""), "#{") {
		l.Refuse(field, spec.Shown(text), "each #{ must be closed by }")
	}
	for _, match := range linkName.FindAllStringSubmatch(text, -1) {
		// Behind a bar is how the value is written.
		name, _, _ := strings.Cut(match[1], "|")
		switch name = strings.TrimSpace(name); {
		case !dottedName.Holds(name):
			l.Refuse(field, spec.Shown(text), fmt.Sprintf("#{%s} must have the name of an attribute, such as #{http.method}", match[1]))
		case p.Type == LinkTraces && !slices.Contains(ofTraces, name):
			l.Refuse(field, spec.Shown(text), fmt.Sprintf("#{%s} %s with type traces", name, spec.OneOf(ofTraces)))
		}
	}
}

// CheckArchive refuses an archive where it would end with the pod, or with the retention.
func (u *JaegerUI) CheckArchive(l spec.Look, storage Storage) {
	if l.GivenSound("archive") && !IsSearchStore(storage) {
		l.Refuse("archive", fmt.Sprint(u.Archive), "must not be given: only a search store has an index that nothing deletes")
	}
}
