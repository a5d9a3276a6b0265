package spec

import (
	"regexp"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
)

// Format is a rule for a text, named in a tag. One that is a pattern is part of the schema too.
type Format struct {
	Rule    string
	Pattern string
	Holds   func(string) bool
}

const (
	// A part of a path in a registry.
	part = `[a-z0-9]+([._-]+[a-z0-9]+)*`
	// A registry's host: without a dot or a port it would be taken for a part of Docker Hub.
	registryHost = `([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[0-9]+)?|[a-z0-9]([-a-z0-9]*[a-z0-9])?:[0-9]+)`
)

var formats = map[string]Format{
	"context":    pattern("must be the name of a context", `^[^\n\t\r]+$`),
	"notEmpty":   pattern("must not be empty", `\S`),
	"label":      {Rule: "must be a DNS label: at most 63 lower-case letters, digits and -", Holds: naming.IsLabel},
	"secret":     {Rule: "must be the name of a Secret", Holds: naming.IsSubdomain},
	"object":     {Rule: "must be the name of an object", Holds: naming.IsSubdomain},
	"host":       {Rule: "must be a host: a DNS name in lower case, without * and port", Holds: naming.IsHost},
	"labelKey":   {Rule: "must be the key of a label: a name of at most 63 characters, with a DNS name and / in front if any", Holds: naming.IsLabelKey},
	"annotation": {Rule: "must be the key of an annotation: a name of at most 63 characters, with a DNS name and / in front if any", Holds: naming.IsLabelKey},
	"ownLabel": {
		Rule:  "must be the key of a label, and not one that the program sets",
		Holds: func(text string) bool { return naming.IsLabelKey(text) && !naming.IsOwnLabel(text) },
	},
	"labelValue": {Rule: "must be the value of a label: at most 63 letters, digits, -, _ and .", Holds: naming.IsLabelValue},
	"secretKey":  pattern("must be the key of a Secret's entry: letters, digits, -, _ and .", `^[-._a-zA-Z0-9]{1,253}$`),
	"attribute":  {Rule: "must be the name of an attribute, such as http.method", Holds: naming.IsAttribute},
	// What the operator would overwrite for each pod, or what would make all services one.
	"resourceAttribute": {
		Rule:  "must be the name of an attribute, and not one that the operator sets for each pod",
		Holds: func(text string) bool { return naming.IsAttribute(text) && !naming.IsPodAttribute(text) },
	},
	// The variable that carries it separates values by commas, and SDKs decode percents.
	"resourceValue": pattern("must be at most 255 letters, digits, -, _, ., /, : and @", `^[-_./:@a-zA-Z0-9]{1,255}$`),
	// As every SDK reads it: not all take 1e-3 or .5.
	"ratio":      pattern("must be a number from 0 to 1 in plain digits, such as 0.25", `^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$`),
	"endpoint":   pattern("must be a host, with a port if it has one, such as minio-service.minio.svc:9000", `^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?(:[0-9]{1,5})?$`),
	"hostPort":   {Rule: "must be host:port, such as minio.example.com:9000", Holds: naming.IsHostPort},
	"bucket":     pattern("must be the name of a bucket: 3 to 63 lower-case letters, digits, -, _ and .", `^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$`),
	"region":     pattern("must be the name of a region, such as eu-west-1", `^[a-z0-9]+(-[a-z0-9]+)*$`),
	"account":    pattern("must be the name of a storage account: 3 to 24 lower-case letters and digits", `^[a-z0-9]{3,24}$`),
	"entryPoint": pattern("must be the name of an entry point", `^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$`),
	"registry":   pattern("must be a registry, with a path if it has one, such as registry.example.com:5000/mirror", `^`+registryHost+`(/`+part+`)*$`),
	"repository": pattern("must be a repository with its registry, such as registry.example.com/jaegertracing/jaeger", `^`+registryHost+`(/`+part+`)+$`),
	"tag":        tagFormat(),
	// Jaeger puts - behind it, and its index cleaner takes it for a regular expression.
	"lifecyclePolicy": pattern("must be at most 100 letters, digits, -, _ and ., and begin with a letter or a digit", `^[A-Za-z0-9][-_.A-Za-z0-9]{0,99}$`),
	"indexPrefix":     pattern("must be at most 40 lower-case letters, digits, - and _, and begin and end with a letter or a digit", `^[a-z0-9]([-_a-z0-9]{0,38}[a-z0-9])?$`),
	"topic":           topicFormat(),
	"keyspace":        pattern("must be the name of a keyspace: at most 48 letters, digits and _", `^[a-zA-Z0-9_]{1,48}$`),
	"header":          headerFormat(),
	"headerValue":     pattern("must be printable and have no characters outside ASCII, nor spaces around it", `^[!-~]([ -~]{0,253}[!-~])?$`),
	// The job counts the day that it runs on, and all of it each time.
	"daily": pattern("must be a time of every day from 20 o'clock on, as cron has it, such as 49 23 * * *", `^([0-5]?[0-9]) 2[0-3] \* \* \*$`),
	// Where routers of every kind take it for what it is.
	"basePath": pattern("must begin with /, not end with one, and be of letters, digits, -, _ and ., such as /jaeger", `^(/[a-zA-Z0-9][-_.a-zA-Z0-9]*)+$`),
	"link":     pattern("must be an http or https address, or a path that begins with /, without spaces but in #{}", `^(https?://(\S|#\{[^{}]*\})+|/(\S|#\{[^{}]*\})*)$`),
	"variable": pattern("must be the name of a variable: capital letters, digits and _", `^[A-Z_][A-Z0-9_]{0,62}$`),
	"portName": pattern("must be at most 15 lower-case letters, digits and -, and begin with a letter", `^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$`),
	"uid":      pattern("must be 1 to 40 letters, digits, - and _", `^[a-zA-Z0-9_-]{1,40}$`),
	// With room for what makes it nobody else's.
	"minioName": pattern("must be at most 87 letters, digits, -, _, ., @, + and =; give one that is shorter", `^[-_.@+=a-zA-Z0-9]{1,87}$`),
	"image":     imageFormat(),
	"name":      {Rule: "must be a DNS label of at most 40 characters that begins with a letter", Holds: IsName},
	"digest":    pattern("must be a digest: sha256: and 64 hexadecimal digits", `^sha256:[0-9a-f]{64}$`),
}

func pattern(rule, expression string) Format {
	return Format{Rule: rule, Pattern: expression, Holds: regexp.MustCompile(expression).MatchString}
}

// topicFormat is Kafka's: a topic is a folder there, which these two cannot be.
func topicFormat() Format {
	f := pattern("must be the name of a topic: at most 249 letters, digits, -, _ and .", `^[-._a-zA-Z0-9]{1,249}$`)
	matches := f.Holds
	f.Holds = func(text string) bool { return matches(text) && text != "." && text != ".." }
	return f
}

// headerFormat leaves out what gRPC has for itself, and for values that are no text.
func headerFormat() Format {
	f := pattern("must be the name of a header in lower case, such as x-tenant, not of gRPC's own", `^[a-z0-9][-_.a-z0-9]{0,62}$`)
	matches := f.Holds
	f.Holds = func(text string) bool {
		return matches(text) && !strings.HasPrefix(text, "grpc-") && !strings.HasSuffix(text, "-bin")
	}
	return f
}

func tagFormat() Format {
	f := pattern("must be a tag other than latest", `^[a-zA-Z0-9_][-.a-zA-Z0-9_]{0,127}$`)
	matches := f.Holds
	f.Holds = func(text string) bool { return matches(text) && !strings.EqualFold(text, "latest") }
	return f
}

// imageFormat asks for a tag or a digest: an image without is whatever the registry serves on that day.
func imageFormat() Format {
	f := pattern("must carry a tag other than latest, or a digest", `^[^\s@]+(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$`)
	matches := f.Holds
	f.Holds = func(text string) bool { return matches(text) && TagOf(text) != "latest" }
	return f
}

var tagOfImage = regexp.MustCompile(`:([\w][\w.-]*)$`)

// TagOf is the tag of an image, also of one that a digest follows. It is empty for an image without: the
// port of a registry is followed by a slash.
func TagOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if match := tagOfImage.FindStringSubmatch(image); match != nil {
		return match[1]
	}
	return ""
}

var nameForm = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

// longestName leaves room for the longest suffix ("-collector-monitoring") in the 63 characters
// of a Service's name.
const longestName = 40

// IsName tells whether a component can have the name: it becomes that of Kubernetes objects, Services
// among them.
func IsName(text string) bool { return len(text) <= longestName && nameForm.MatchString(text) }

// FormatNamed panics on a format that there is not: that is a mistake in a tag, found by any test.
func FormatNamed(name string) Format {
	f, ok := formats[name]
	if !ok {
		panic("spec: no format " + name)
	}
	return f
}
