package components_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestThePageLinksToWhatIsThere(t *testing.T) {
	for _, page := range []string{"components.md", "ci.md", "grafana.md"} {
		body, err := os.ReadFile(filepath.Join("..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(string(body), -1) {
			if _, err := os.Stat(filepath.Join("..", "docs", link[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}
