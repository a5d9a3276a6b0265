package jaeger_test

import (
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render/jaeger"
)

// The pages' text is what Jaeger replaces a regular expression by.
func TestADollarOfALinkStaysOne(t *testing.T) {
	file, err := jaeger.UI{LinkPatterns: []jaeger.LinkPattern{{Type: "traces", URL: "https://logs/$1?a=${b}", Text: "$"}}}.Render()
	has(t, rendered(t, file, err), `"url": "https://logs/$$1?a=$${b}"`, `"text": "$$"`)
}

func TestAMenuWithoutEntriesIsNotJaegersOwn(t *testing.T) {
	file, err := jaeger.UI{Menu: []jaeger.MenuEntry{}}.Render()
	has(t, rendered(t, file, err), `"menu": []`)
	file, err = jaeger.UI{}.Render()
	hasNot(t, rendered(t, file, err), "menu")
}

func TestEveryRoleWithPagesHasTheirPath(t *testing.T) {
	pages := jaeger.Pages{BasePath: "/jaeger", UI: &jaeger.UI{}}
	apart, err := jaeger.Query(pages, searchStore())
	inQuery := rendered(t, apart, err)
	memory, err := jaeger.Memory{Pages: pages, MaxTraces: 10}.Render()
	inMemory := rendered(t, memory, err)
	badger, err := jaeger.Badger{Pages: pages, Retention: time.Hour}.Render()
	for _, body := range []string{inQuery, inMemory, rendered(t, badger, err)} {
		has(t, body, "base_path: /jaeger\n", "config_file: "+jaeger.UIFile+"\n")
	}
	hasNot(t, collector(t, searchStore()), "base_path", "config_file")
	hasNot(t, query(t, searchStore()), "base_path", "config_file")
}

func TestAnArchiveIsOneIndexThatTheQueryAloneWrites(t *testing.T) {
	s := searchStore()
	s.Archive, s.Hourly = true, true
	has(t, query(t, s), "traces_archive: archive\n", "date_layout: archive\n", "max_span_age: 438000h0m0s\n", "create_mappings: true\n",
		"date_layout: 2006-01-02-15\n")
	hasNot(t, collector(t, s), "archive")
	hasNot(t, query(t, searchStore()), "archive", "create_mappings: true\n")
}
