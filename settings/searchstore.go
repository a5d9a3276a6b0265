package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
)

// SearchStore is an Elasticsearch or an OpenSearch, and how pods reach it.
type SearchStore struct {
	URLs             []string   `json:"urls,omitempty" pulumi:"urls,optional" doc:"The addresses of its nodes or of what is in front of them, such as https://elasticsearch-es-http.elk.svc:9200. Requests go to one after the other. When a pod starts, the first must answer: it is asked for its release." rule:"must be given; must have at least one address; each must be an http or https address without credentials; must be named once" see:"https://www.jaegertracing.io/docs/latest/storage/elasticsearch/"`
	User             string     `json:"user,omitempty" pulumi:"user,optional" format:"notEmpty" doc:"The user that Jaeger signs in as. docs/jaeger.md has the rights that it needs." rule:"must be given with a password, and not without one"`
	APIKeySecret     *SecretKey `json:"apiKeySecret,omitempty" pulumi:"apiKeySecret,optional" doc:"An API key, encoded as the store hands it out, instead of user and password." rule:"must not be given with user; must be given with keepIndices: true, as Jaeger's index cleaner knows no API key"`
	CASecret         string     `json:"caSecret,omitempty" pulumi:"caSecret,optional" format:"secret" doc:"Name of a Secret in the stack's namespace whose entry ca.crt signed the store's certificate, such as es-tls-secret made of ECK's elasticsearch-es-http-certs-public. Without one it must be signed by a public authority." rule:"must not be given with an http address"`
	ClientCertSecret string     `json:"clientCertSecret,omitempty" pulumi:"clientCertSecret,optional" format:"secret" doc:"Name of a Secret of type kubernetes.io/tls in the stack's namespace, with the certificate that Jaeger shows." rule:"must not be given with an http address"`
	IndexPrefix      string     `json:"indexPrefix,omitempty" pulumi:"indexPrefix,optional" format:"indexPrefix" doc:"In front of the names of all indices: with prod they are prod-jaeger-span-2006-01-02. Another prefix is another, empty store."`
	Shards           int        `json:"shards,omitempty" pulumi:"shards,optional" min:"1" max:"1024" sizes:"1 1 3 5" doc:"The parts of an index. Of indices that are there already it does not change."`
	Replicas         int        `json:"replicas,omitempty" pulumi:"replicas,optional" min:"0" max:"10" prod:"1" doc:"The copies of each part, each on a node of its own. Without any a node that is lost takes traces with it; with one a store of one node is never green."`
	Rotation         Rotation   `json:"rotation,omitempty" pulumi:"rotation,optional" default:"day" doc:"How often another index of spans begins: each day, each hour, or with rollover when the one that is written to is old or large enough. With hours searches of a short time read less. Another rotation hides what is there already." rule:"must not be rollover with apiKeySecret"`
	Rollover         *Rollover  `json:"rollover,omitempty" pulumi:"rollover,optional" doc:"When the next indices begin with rotation rollover, and who sees to it." see:"https://www.jaegertracing.io/docs/latest/storage/elasticsearch/#elasticsearch-rollover"`
	Retention        Duration   `json:"retention,omitempty" pulumi:"retention,optional" min:"1d" max:"3650d" default:"2d" prod:"14d" doc:"How long traces are kept at least, and found. Indices are deleted as a whole, in the first night after." rule:"must be whole days; must be so short that a request can name every index, except with rotation rollover; must not be given with rollover.lifecyclePolicy"`
	KeepIndices      bool       `json:"keepIndices,omitempty" pulumi:"keepIndices,optional" doc:"Whether indices stay when they are older than the retention, for a store that deletes them itself. Otherwise Jaeger's index cleaner does, every night at 00:30 UTC." rule:"must not be given with rollover.lifecyclePolicy"`
}

// Rules across the fields.
func (s *SearchStore) Rules(l spec.Look) {
	s.checkURLs(l)
	s.checkRetention(l)
	s.checkRollover(l)
	if !l.GivenSound("apiKeySecret") {
		return
	}
	if l.GivenSound("user") {
		l.Refuse("apiKeySecret", spec.NotShown, "must not be given with user: Jaeger signs in in one way")
	}
	if !s.KeepIndices && l.Sound("keepIndices") {
		l.Refuse("apiKeySecret", spec.NotShown, "must be given with keepIndices: true: Jaeger's index cleaner knows no API key, so the store must delete old indices itself")
	}
}

func (s *SearchStore) checkURLs(l spec.Look) {
	if !l.GivenSound("urls") {
		return
	}
	if len(s.URLs) == 0 {
		l.Refuse("urls", "[]", "must have at least one address")
	}
	for i, address := range s.URLs {
		name := fmt.Sprintf("urls[%d]", i)
		if !l.Sound(name) {
			continue
		}
		CheckAddress(l, name, address, "user and a password, or apiKeySecret", "https://elasticsearch-es-http.elk.svc:9200")
		if slices.Contains(s.URLs[:i], address) {
			l.Refuse(name, spec.NotShown, "must be named once")
		}
	}
	plain := func(address string) bool { return strings.HasPrefix(address, "http://") }
	for _, name := range []string{"caSecret", "clientCertSecret"} {
		if l.GivenSound(name) && slices.ContainsFunc(s.URLs, plain) {
			l.Refuse(name, spec.NotShown, "must not be given with an http address: no certificate is shown there")
		}
	}
}

// CheckChosen asks for what no search store that is used can do without.
func (s *SearchStore) CheckChosen(l spec.Look) {
	if !l.Given("urls") && l.Sound("", "urls") {
		l.Refuse("urls", spec.NotSet, "must be given")
	}
}

const day = 24 * 60 * 60

// Days is the retention.
func (s *SearchStore) Days() int { return amount(s.Retention) / day }

// checkRetention holds the retention to what deletes indices and to what reads them.
func (s *SearchStore) checkRetention(l spec.Look) {
	if !l.Sound("retention", "rotation", "indexPrefix") {
		return
	}
	if amount(s.Retention)%day != 0 {
		l.Refuse("retention", s.Retention.String(), "must be whole days")
		return
	}
	// With rollover a request names one alias.
	if most := s.mostDays(); s.Days() > most && s.Rotation != RotationRollover {
		l.Refuse("retention", s.Retention.String(), fmt.Sprintf("must be at most %dd with this rotation and prefix: "+
			"Jaeger names each index in the first line of a request, and a search store takes 4,096 bytes there", most))
	}
}

// mostDays is the longest retention with which a search over all of it, and the list of services, are
// answered. Services have an index a day in any case.
func (s *SearchStore) mostDays() int {
	const line = 3900 // Without the rest of the request line.
	const comma = len("%2C")
	prefix := len(s.IndexPrefix)
	if prefix > 0 {
		prefix += len("-")
	}
	services := line/(prefix+len("jaeger-service-2006-01-02")+comma) - 2
	spans := line/(prefix+len("jaeger-span-2006-01-02")+comma) - 2
	if s.Rotation == RotationHour {
		spans = (line/(prefix+len("jaeger-span-2006-01-02-15")+comma)-1)/24 - 1
	}
	return min(services, spans)
}
