package components

import (
	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// show gives the role that has Jaeger's pages their route, and what they read.
func (a JaegerStackArgs) show(role *kube.Role, name string) error {
	role.Route = a.route(name)
	ui := a.ui()
	if ui == nil {
		return nil
	}
	file, err := ui.Render()
	role.Pod.Files = append(role.Pod.Files, kube.NewFile("ui", jaeger.UIFile, file))
	return err
}

// pages are where the pages are, and what they show.
func (a JaegerStackArgs) pages() jaeger.Pages {
	return jaeger.Pages{BasePath: a.UI.BasePath, UI: a.ui()}
}

// ui is what the pages show beside traces; nil where they are as Jaeger has them.
func (a JaegerStackArgs) ui() *jaeger.UI {
	if a.UI.Menu == nil && len(a.UI.LinkPatterns) == 0 {
		return nil
	}
	made := &jaeger.UI{}
	if a.UI.Menu != nil {
		made.Menu = []jaeger.MenuEntry{}
	}
	for _, entry := range a.UI.Menu {
		made.Menu = append(made.Menu, jaeger.MenuEntry{Label: entry.Label, URL: entry.URL, Items: menuLinks(entry.Items)})
	}
	for _, p := range a.UI.LinkPatterns {
		made.LinkPatterns = append(made.LinkPatterns, jaeger.LinkPattern{Type: string(p.Type), Key: p.Key, URL: p.URL, Text: p.Text})
	}
	return made
}

func menuLinks(items []settings.MenuLink) (all []jaeger.MenuEntry) {
	for _, item := range items {
		all = append(all, jaeger.MenuEntry{Label: item.Label, URL: item.URL})
	}
	return all
}
