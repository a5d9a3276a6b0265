package jaeger

import (
	"strings"

	"github.com/tracestack/tracestack/internal/render"
)

// UIFile is where the pages' configuration is in the pod.
const UIFile = "/etc/tracestack-ui/ui.json"

// Pages are where the pages of a Jaeger are, and what they have beside traces.
type Pages struct {
	BasePath string // such as /jaeger; empty: the root
	UI       *UI    // nil: the pages are as they come
}

// UI is what pages show.
type UI struct {
	Menu         []MenuEntry   `json:"menu,omitzero"` // empty: none at all
	LinkPatterns []LinkPattern `json:"linkPatterns,omitempty"`
}

// MenuEntry is a link, or a name with some below it.
type MenuEntry struct {
	Label string      `json:"label"`
	URL   string      `json:"url,omitempty"`
	Items []MenuEntry `json:"items,omitempty"`
}

// LinkPattern makes a link of an attribute, or of a trace.
type LinkPattern struct {
	Type string `json:"type"`
	Key  string `json:"key,omitempty"`
	URL  string `json:"url"`
	Text string `json:"text"`
}

// Render gives the pages' configuration.
func (u UI) Render() (render.File, error) {
	file, err := render.JSON("ui.json", u)
	if err != nil {
		return render.File{}, err
	}
	// Jaeger puts the text into its page as what a regular expression is replaced by, where $1 and ${name} are
	// parts of what was found.
	return render.NewFile(file.Name, strings.ReplaceAll(file.Body, "$", "$$")), nil
}

type queryUI struct {
	ConfigFile string `yaml:"config_file"`
}

func (p Pages) query(store queryStorage) *query {
	made := newQuery(store)
	made.BasePath = p.BasePath
	if p.UI != nil {
		made.UI = &queryUI{ConfigFile: UIFile}
	}
	return made
}
