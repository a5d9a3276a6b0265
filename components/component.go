// Package components holds the component resources, a library of their own: any Pulumi program
// may use one alone. They validate their Args themselves, read no configuration and construct no
// provider: the one in effect is the caller's.
package components

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A component's name becomes the name of Kubernetes objects, Services among them.
var dnsLabel = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

// longestName leaves room for the longest suffix ("-collector-monitoring") in the 63 characters
// of a Service's name.
const longestName = 40

func checkName(name string) error {
	if len(name) > longestName || !dnsLabel.MatchString(name) {
		return fmt.Errorf("name: %q: must be a DNS label of at most %d characters that begins with a letter", name, longestName)
	}
	return nil
}

func checkNamespace(namespace pulumi.StringInput) error {
	if namespace == nil {
		return errors.New("namespace: must be given")
	}
	return nil
}

// An image without a tag or digest is whatever the registry serves on that day.
var pinnedImage = regexp.MustCompile(`^[^\s@]+(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$`)

func checkImage(image string) error {
	if !pinnedImage.MatchString(image) || tagOf(image) == "latest" {
		return fmt.Errorf("image: %q: must carry a tag other than latest, or a digest", image)
	}
	return nil
}

var tag = regexp.MustCompile(`:([\w][\w.-]*)$`)

// tagOf is empty for an image without tag: the port of a registry is followed by a slash.
func tagOf(image string) string {
	if match := tag.FindStringSubmatch(image); match != nil {
		return match[1]
	}
	return ""
}

func checkRange(path string, value, low, high int) error {
	if value < low || value > high {
		return fmt.Errorf("%s: %d: must be between %d and %d", path, value, low, high)
	}
	return nil
}

func checkTime(path string, value, low, high time.Duration) error {
	if value < low || value > high {
		return fmt.Errorf("%s: %v: must be between %v and %v", path, value, low, high)
	}
	return nil
}

func checkThat(holds bool, path, value, rule string) error {
	if holds {
		return nil
	}
	return fmt.Errorf("%s: %q: %s", path, value, rule)
}

func checkOneOf(path, value string, choices ...string) error {
	rule := "must be one of " + strings.TrimPrefix(strings.Join(choices, ", "), ", ")
	return checkThat(slices.Contains(choices, value), path, value, rule)
}

// refuse names the component in front of all problems of its Args, or is nil without one.
func refuse(component, name string, problems ...error) error {
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s %q: %w", component, name, err)
	}
	return nil
}

// orDefault fills in an Arg that was left out.
func orDefault[T comparable](value, otherwise T) T {
	var absent T
	if value == absent {
		return otherwise
	}
	return value
}

// readyAddress is an address that is known at once, also in a preview, but that is handed on only
// when what answers there is ready: whoever uses it is created afterwards.
func readyAddress(ctx *pulumi.Context, address pulumi.StringOutput, behind ...pulumi.Resource) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), address, behind...).(pulumi.StringOutput)
}
