package settings

import (
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
)

// Images are where images come from.
type Images struct {
	Registry     string       `json:"registry,omitempty" pulumi:"registry,optional" format:"registry" doc:"A mirror, with a path if it has one. It takes the place of the registry of every image whose repository is not given." see:"https://kubernetes.io/docs/concepts/containers/images/"`
	PullSecrets  []string     `json:"pullSecrets,omitempty" pulumi:"pullSecrets,optional" format:"secret" doc:"Names of existing Secrets that sign in to the registry." see:"https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"`
	Collector    *Image       `json:"collector,omitempty" pulumi:"collector,optional" doc:"The OpenTelemetry collector." see:"https://hub.docker.com/r/otel/opentelemetry-collector-k8s"`
	Jaeger       *Image       `json:"jaeger,omitempty" pulumi:"jaeger,optional" doc:"Jaeger." rule:"tag must be older than 2.16 with kafka; tag must be older than 2.20 with rotation rollover" see:"https://hub.docker.com/r/jaegertracing/jaeger"`
	IndexCleaner *Image       `json:"indexCleaner,omitempty" pulumi:"indexCleaner,optional" doc:"What deletes old indices of a search store; a release of its own for each of Jaeger's." see:"https://hub.docker.com/r/jaegertracing/jaeger-es-index-cleaner"`
	Rollover     *Image       `json:"rollover,omitempty" pulumi:"rollover,optional" doc:"What begins new indices of a search store with rotation rollover; a release of its own for each of Jaeger's." see:"https://hub.docker.com/r/jaegertracing/jaeger-es-rollover"`
	Dependencies *Image       `json:"dependencies,omitempty" pulumi:"dependencies,optional" doc:"What computes the service graph of a search store. The tag is its release; jaeger.dependencies.variant is put behind it." see:"https://github.com/jaegertracing/spark-dependencies"`
	Tempo        *Image       `json:"tempo,omitempty" pulumi:"tempo,optional" doc:"Tempo. Its tag decides what the configuration looks like, also where a digest is given." rule:"tag must begin with the number of a release, 2.9 or newer and below 4" see:"https://hub.docker.com/r/grafana/tempo"`
	Prometheus   *Image       `json:"prometheus,omitempty" pulumi:"prometheus,optional" doc:"Prometheus, which also has what asks another one whether it takes writes." see:"https://quay.io/repository/prometheus/prometheus"`
	Demo         *Image       `json:"demo,omitempty" pulumi:"demo,optional" doc:"HotROD." see:"https://hub.docker.com/r/jaegertracing/example-hotrod"`
	Agents       *AgentImages `json:"agents,omitempty" pulumi:"agents,optional" doc:"What the OpenTelemetry operator puts into pods. A pod pulls it with its own pull secrets, as the operator adds none."`
}

// Image is one container image.
type Image struct {
	Repository string `json:"repository,omitempty" pulumi:"repository,optional" format:"repository" doc:"The repository with its registry."`
	Tag        string `json:"tag,omitempty" pulumi:"tag,optional" format:"tag" doc:"The release. The program is tested with the default."`
	Digest     string `json:"digest,omitempty" pulumi:"digest,optional" format:"digest" doc:"The exact image. The tag is then only a remark."`
}

// Default is the pinned release of each. A mirror has the pinned repositories below its own path; a
// repository that was written is taken as it stands.
func (i *Images) Default(spec.Environment) {
	for _, one := range i.pinned() {
		one.fill()
	}
}

func (i *Images) pinned() []pinned {
	return []pinned{
		{"collector", &i.Collector, versions.Collector},
		{"jaeger", &i.Jaeger, versions.Jaeger},
		{"indexCleaner", &i.IndexCleaner, versions.JaegerIndexCleaner},
		{"rollover", &i.Rollover, versions.JaegerRollover},
		{"dependencies", &i.Dependencies, versions.JaegerDependencies},
		{"tempo", &i.Tempo, versions.Tempo},
		{"prometheus", &i.Prometheus, versions.Prometheus},
		{"demo", &i.Demo, versions.HotROD},
	}
}

// pinned is an image, its name in the settings, and what it is where nothing is said.
type pinned struct {
	name  string
	image **Image
	pin   versions.Image
}

// fill gives what was left out.
func (p pinned) fill() {
	image := Image{Repository: p.pin.Repository, Tag: p.pin.Tag}
	if *p.image != nil {
		image = (*p.image).or(image)
	}
	*p.image = &image
}

// mirror puts a registry in front of a repository that was not written.
func (p pinned) mirror(l spec.Look, registry string) {
	if !l.In(p.name).Given("repository") {
		_, path, _ := strings.Cut((*p.image).Repository, "/")
		(*p.image).Repository = registry + "/" + path
	}
}

func (i Image) or(pinned Image) Image {
	if i.Repository == "" {
		i.Repository = pinned.Repository
	}
	if i.Tag == "" {
		i.Tag = pinned.Tag
	}
	return i
}

// Settle puts the mirror's registry in front of every repository that was not written.
func (i *Images) Settle(l spec.Look) {
	if i.Registry == "" {
		return
	}
	for _, one := range i.pinned() {
		one.mirror(l, i.Registry)
	}
	for _, one := range i.Agents.pinned() {
		one.mirror(l.In("agents"), i.Registry)
	}
}

// Rules across the fields.
func (i *Images) Rules(l spec.Look) {
	if _, known := versions.TempoMajor(i.Tempo.Tag); !known && l.Sound("tempo.tag") {
		l.Refuse("tempo.tag", spec.Shown(i.Tempo.Tag), versions.TempoTagRule)
	}
}

// Of is the image of a release that there is for this variant.
func (i Image) Of(variant DependenciesVariant) Image {
	i.Tag += "-" + string(variant)
	return i
}

// String is how a pod names the image.
func (i Image) String() string {
	reference := i.Repository + ":" + i.Tag
	if i.Digest != "" {
		reference += "@" + i.Digest
	}
	return reference
}
