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

func TestAgentsArePinnedAsImagesOfOneRegistry(t *testing.T) {
	// Python's releases are 0.60b1; the Go agent's tags have a v.
	release := regexp.MustCompile(`^v?\d+\.\d+(\.\d+|b\d+)$`)
	for _, image := range versions.Agents() {
		if !strings.HasPrefix(image.Repository, "ghcr.io/open-telemetry/opentelemetry-") || !release.MatchString(image.Tag) {
			t.Errorf("%s: is no release of an agent", image)
		}
	}
}

func TestATagOfTempoTellsItsConfiguration(t *testing.T) {
	for tag, want := range map[string]int{
		versions.Tempo.Tag: 2, "2.9.0": 2, "v2.10.8": 2, "2.9": 2, "2.9.0-custom": 2, "3.0.3": 3, "3.12.0-rc.1": 3,
		"2.8.9": 0, "1.5.0": 0, "4.0.0": 0, "main-abc123": 0, "2": 0, "2.9x": 0, "latest": 0, "": 0, "12.9.0": 0,
	} {
		major, known := versions.TempoMajor(tag)
		if known != (want != 0) || known && major != want {
			t.Errorf("%q is taken for %d, known %v; want %d", tag, major, known, want)
		}
	}
}

func TestJaegerMinor(t *testing.T) {
	for tag, want := range map[string]int{versions.Jaeger.Tag: 13, "2.15.1": 15, "v2.20.0": 20, "2.16.0-rc.1": 16, "1.76.0": 0, "latest": 0, "": 0, "2": 0} {
		if got := versions.JaegerMinor(tag); got != want {
			t.Errorf("%q is taken for 2.%d, want 2.%d", tag, got, want)
		}
	}
}
