package settings

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
)

// Dependencies are which service calls which, as Jaeger's Spark job computes it of the spans in a search store.
type Dependencies struct {
	Enabled   bool                `json:"enabled,omitempty" pulumi:"enabled,optional" doc:"Whether a CronJob computes them, once a day." rule:"must not be given with apiKeySecret, clientCertSecret, rotation hour or rollover, or an address with a path of the store"`
	Schedule  string              `json:"schedule,omitempty" pulumi:"schedule,optional" format:"daily" default:"49 23 * * *" doc:"When, in UTC. It counts the calls of the day until then. Each run adds what it has counted to what there is, so it is once a day."`
	Variant   DependenciesVariant `json:"variant,omitempty" pulumi:"variant,optional" doc:"The store that its image is for: elasticsearch8 is for 7.17 and 8, opensearch for 2 and 3. Without one it is elasticsearch8, and with storage opensearch opensearch." rule:"must be for the storage"`
	Resources *Resources          `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 100m 250m 1 2; requests.memory: 512Mi 1Gi 4Gi 8Gi; limits.cpu: 1 2 4 8; limits.memory: 2Gi 4Gi 8Gi 16Gi" doc:"What its pod gets. All spans of a day pass through its memory." rule:"limits.memory must be at least 1Gi"`
}

// Rules across the fields.
func (d *Dependencies) Rules(l spec.Look) {
	atLeast(l.In("resources"), d.Resources, "1Gi", "Spark does not start with less")
}

// VariantFor is the one that is chosen, or the engine's.
func (d *Dependencies) VariantFor(engine SearchEngine) DependenciesVariant {
	if engine == EngineOpenSearch {
		return cmp.Or(d.Variant, DependenciesOpenSearch)
	}
	return cmp.Or(d.Variant, DependenciesElasticsearch8)
}

// CheckStore refuses a store that the job cannot read.
func (d *Dependencies) CheckStore(l, store spec.Look, engine SearchEngine, s SearchStore) {
	if l.GivenSound("variant") && (engine == EngineOpenSearch) != (d.Variant == DependenciesOpenSearch) {
		l.Refuse("variant", string(d.Variant), "must be for the storage, "+string(engine))
	}
	if !d.Enabled || !l.Sound("enabled") {
		return
	}
	refuse := func(why string) { l.Refuse("enabled", "true", "must not be given "+why) }
	if store.GivenSound("apiKeySecret") {
		refuse("with apiKeySecret: the job knows user and password alone")
	}
	if store.GivenSound("clientCertSecret") {
		refuse("with clientCertSecret: the job takes a certificate from a Java keystore alone")
	}
	if store.Sound("rotation") && s.Rotation != RotationDay {
		refuse(fmt.Sprintf("with rotation %s: the job reads an index of a day", s.Rotation))
	}
	for i, address := range s.URLs {
		parsed, err := url.Parse(address)
		if err == nil && store.Sound(fmt.Sprintf("urls[%d]", i)) && strings.Trim(parsed.Path, "/") != "" {
			refuse("with a path in urls: the job knows host and port alone")
		}
	}
}
