package naming

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What Kubernetes accepts as names, labels and hosts. The configuration and the components both
// check before anything is created, and must not differ.

var (
	label     = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	attribute = regexp.MustCompile(`^[A-Za-z_][-A-Za-z0-9_./:]*$`)
	qualified = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
)

const (
	longestLabel     = 63
	longestSubdomain = 253
)

// IsLabel tells whether a text is a DNS label, as namespaces are named.
func IsLabel(text string) bool { return len(text) <= longestLabel && label.MatchString(text) }

// IsSubdomain tells whether a text is a DNS subdomain, as Secrets and most objects are named.
func IsSubdomain(text string) bool {
	return len(text) <= longestSubdomain && subdomain.MatchString(text)
}

// IsHost tells whether a text is a host that a route can have: a DNS name of labels that fit.
func IsHost(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if !IsLabel(part) {
			return false
		}
	}
	return len(text) <= longestSubdomain
}

// IsLabelKey tells whether a text is the key of a label, an annotation or a taint.
func IsLabelKey(text string) bool {
	prefix, name, prefixed := strings.Cut(text, "/")
	if !prefixed {
		name = prefix
	} else if !IsSubdomain(prefix) {
		return false
	}
	return len(name) <= longestLabel && qualified.MatchString(name)
}

// IsLabelValue tells whether a text is the value of a label.
func IsLabelValue(text string) bool {
	return text == "" || len(text) <= longestLabel && qualified.MatchString(text)
}

// IsAttribute tells whether a text is the name of a span's attribute, such as http.method.
func IsAttribute(text string) bool {
	return len(text) <= longestSubdomain && attribute.MatchString(text)
}

// ofPods are the attributes with which the OpenTelemetry operator tells pods, and their services, apart.
var ofPods = []string{
	"service.name", "service.namespace", "service.version", "service.instance.id", "k8s.namespace.name", "k8s.container.name", "k8s.pod.name", "k8s.pod.uid",
	"k8s.node.name", "k8s.replicaset.name", "k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.job.name", "k8s.cronjob.name",
}

// IsPodAttribute tells whether an attribute is another one for each pod, or each service.
func IsPodAttribute(text string) bool { return slices.Contains(ofPods, text) }

// TempoNamespaceLabel tells one Tempo's metrics from another's.
const TempoNamespaceLabel = "tempo_namespace"

var notInLabel = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// MetricLabel is the label of a metric that Tempo makes of an attribute.
func MetricLabel(attribute string) string { return notInLabel.ReplaceAllString(attribute, "_") }

// IsOwnLabel tells whether a label's key is one that the components set: selectors depend on those.
func IsOwnLabel(key string) bool {
	_, own := Labels("", "", "")[key]
	return own || key == BackendLabel || key == WorkloadLabel || key == RevisionLabel
}

// bucket is what S3 takes as the name of a bucket, but for the rules of IsBucket.
var bucket = regexp.MustCompile(`^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$`)

// IsBucket tells whether S3 accepts a text as the name of a bucket. One that looks like an address,
// or begins or ends as S3's own do, is none.
func IsBucket(text string) bool {
	_, err := netip.ParseAddr(text)
	return bucket.MatchString(text) && err != nil && !strings.Contains(text, "..") &&
		!strings.HasPrefix(text, "xn--") && !strings.HasSuffix(text, "-s3alias")
}

// IsHostPort tells whether a text is a host, by name or by address, and a port.
func IsHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	number, err := strconv.ParseUint(port, 10, 16)
	_, notAddress := netip.ParseAddr(host)
	return err == nil && number > 0 && (notAddress == nil || IsHost(host))
}
