package config

import (
	"fmt"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
)

// refuseNewerJaeger refuses a release that would end, because it knows a key of its file under another name.
func (c Config) refuseNewerJaeger(l spec.Look, from int, with string) {
	const tag = "tracestack:images.jaeger.tag"
	if l.Sound(tag) && versions.JaegerMinor(c.Images.Jaeger.Tag) >= from {
		l.Refuse(tag, c.Images.Jaeger.Tag, fmt.Sprintf("must be older than 2.%d with %s: the file has a key that later releases do not take", from, with))
	}
}
