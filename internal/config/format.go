package config

import (
	"regexp"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
)

// format is a rule for a text, named in a tag. One that is a pattern is part of the schema too.
type format struct {
	rule    string
	pattern string
	holds   func(string) bool
}

const (
	// A part of a path in a registry.
	part = `[a-z0-9]+([._-]+[a-z0-9]+)*`
	// A registry's host: without a dot or a port it would be taken for a part of Docker Hub.
	registryHost = `([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[0-9]+)?|[a-z0-9]([-a-z0-9]*[a-z0-9])?:[0-9]+)`
)

var formats = map[string]format{
	"context":    pattern("must be the name of a context", `^[^\n\t\r]+$`),
	"notEmpty":   pattern("must not be empty", `\S`),
	"label":      {rule: "must be a DNS label: at most 63 lower-case letters, digits and -", holds: naming.IsLabel},
	"secret":     {rule: "must be the name of a Secret", holds: naming.IsSubdomain},
	"object":     {rule: "must be the name of an object", holds: naming.IsSubdomain},
	"host":       {rule: "must be a host: a DNS name in lower case, without * and port", holds: naming.IsHost},
	"labelKey":   {rule: "must be the key of a label: a name of at most 63 characters, with a DNS name and / in front if any", holds: naming.IsLabelKey},
	"annotation": {rule: "must be the key of an annotation: a name of at most 63 characters, with a DNS name and / in front if any", holds: naming.IsLabelKey},
	"ownLabel": {
		rule:  "must be the key of a label, and not one that the program sets",
		holds: func(text string) bool { return naming.IsLabelKey(text) && !naming.IsOwnLabel(text) },
	},
	"labelValue": {rule: "must be the value of a label: at most 63 letters, digits, -, _ and .", holds: naming.IsLabelValue},
	"secretKey":  pattern("must be the key of a Secret's entry: letters, digits, -, _ and .", `^[-._a-zA-Z0-9]{1,253}$`),
	"attribute":  {rule: "must be the name of an attribute, such as http.method", holds: naming.IsAttribute},
	"endpoint":   pattern("must be a host, with a port if it has one, such as minio-service.minio.svc:9000", `^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?(:[0-9]{1,5})?$`),
	"bucket":     pattern("must be the name of a bucket: 3 to 63 lower-case letters, digits, -, _ and .", `^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$`),
	"region":     pattern("must be the name of a region, such as eu-west-1", `^[a-z0-9]+(-[a-z0-9]+)*$`),
	"account":    pattern("must be the name of a storage account: 3 to 24 lower-case letters and digits", `^[a-z0-9]{3,24}$`),
	"entryPoint": pattern("must be the name of an entry point", `^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$`),
	"registry":   pattern("must be a registry, with a path if it has one, such as registry.example.com:5000/mirror", `^`+registryHost+`(/`+part+`)*$`),
	"repository": pattern("must be a repository with its registry, such as registry.example.com/jaegertracing/jaeger", `^`+registryHost+`(/`+part+`)+$`),
	"tag":        tagFormat(),
	"digest":     pattern("must be a digest: sha256: and 64 hexadecimal digits", `^sha256:[0-9a-f]{64}$`),
}

func pattern(rule, expression string) format {
	return format{rule: rule, pattern: expression, holds: regexp.MustCompile(expression).MatchString}
}

func tagFormat() format {
	f := pattern("must be a tag other than latest", `^[a-zA-Z0-9_][-.a-zA-Z0-9_]{0,127}$`)
	matches := f.holds
	f.holds = func(text string) bool { return matches(text) && !strings.EqualFold(text, "latest") }
	return f
}

// formatNamed panics on a format that there is not: that is a mistake in Config, found by any test.
func formatNamed(name string) format {
	f, ok := formats[name]
	if !ok {
		panic("config: no format " + name)
	}
	return f
}
