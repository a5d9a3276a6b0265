package config

import (
	"strings"

	"github.com/tracestack/tracestack/internal/versions"
)

// Reference is how a pod names an image. A mirror has the pinned repositories below its own path;
// a repository that was given is taken as it stands.
func (i Images) Reference(image Image, pin versions.Image) string {
	reference := image.Repository
	if i.Registry != "" && reference == pin.Repository {
		_, path, _ := strings.Cut(pin.Repository, "/")
		reference = i.Registry + "/" + path
	}
	reference += ":" + image.Tag
	if image.Digest != "" {
		reference += "@" + image.Digest
	}
	return reference
}
