package versions_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/versions"
)

func TestEveryImageIsPinnedToAReleaseOfANamedRegistry(t *testing.T) {
	// Prometheus writes its tags with a v, the others without.
	release := regexp.MustCompile(`^v?\d+\.\d+\.\d+$`)
	seen := map[string]bool{}
	for _, image := range versions.All() {
		if registry, _, _ := strings.Cut(image.Repository, "/"); !strings.Contains(registry, ".") {
			t.Errorf("%s: names no registry, so each node's settings decide", image)
		}
		if !release.MatchString(image.Tag) {
			t.Errorf("%s: its tag is no release", image)
		}
		if seen[image.Repository] {
			t.Errorf("%s: pinned twice", image.Repository)
		}
		seen[image.Repository] = true
	}
}
