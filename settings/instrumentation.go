package settings

import (
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
)

// Instrumentation is what the OpenTelemetry operator puts into pods that ask for it.
type Instrumentation struct {
	Namespaces         []string          `json:"namespaces,omitempty" pulumi:"namespaces,optional" format:"label" doc:"Namespaces whose pods may ask for it, by an annotation such as instrumentation.opentelemetry.io/inject-java. Each gets an Instrumentation of the name tracestack. They must exist, and the cluster must have the operator." rule:"must be named once" see:"https://opentelemetry.io/docs/platforms/kubernetes/operator/automatic/"`
	Propagators        []Propagator      `json:"propagators,omitempty" pulumi:"propagators,optional" doc:"Which headers carry a trace from one service to the next: tracecontext, baggage, b3 and b3multi, which every language has. Without it tracecontext and baggage." rule:"must have at least one; must be named once; must be tracecontext, baggage, b3 or b3multi" see:"https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_propagators"`
	Sampler            *Sampler          `json:"sampler,omitempty" pulumi:"sampler,optional" doc:"Which traces are recorded."`
	ResourceAttributes map[string]string `json:"resourceAttributes,omitempty" pulumi:"resourceAttributes,optional" keys:"resourceAttribute" format:"resourceValue" doc:"Attributes of every span, such as deployment.environment.name. The operator adds what it knows of each pod: its name, its node, its namespace, what runs it, and the service." see:"https://opentelemetry.io/docs/specs/semconv/resource/"`
	Resources          *Resources        `json:"resources,omitempty" pulumi:"resources,optional" default:"requests.cpu: 50m; requests.memory: 128Mi; limits.cpu: 500m; limits.memory: 256Mi" doc:"Of what is put into a pod beside its own containers: one that copies the agent and ends before they start, and for Go one that stays."`
}

// Default is what every SDK reads and writes where nothing is said.
func (i *Instrumentation) Default(spec.Environment) {
	if i.Propagators == nil {
		i.Propagators = []Propagator{PropagatorTraceContext, PropagatorBaggage}
	}
}

// Rules across the fields.
func (i *Instrumentation) Rules(l spec.Look) {
	checkOnce(l, "namespaces", i.Namespaces)
	checkOnce(l, "propagators", i.Propagators)
	if l.GivenSound("propagators") && len(i.Propagators) == 0 {
		l.Refuse("propagators", "[]", "must have at least one")
	}
}

// Sampler decides which traces are recorded.
type Sampler struct {
	Type     SamplerType `json:"type,omitempty" pulumi:"type,optional" default:"parentbased_always_on" doc:"The sampler. One that begins with parentbased does as the caller did, and decides where there is no caller." see:"https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler"`
	Argument string      `json:"argument,omitempty" pulumi:"argument,optional" format:"ratio" doc:"The part of the traces that is recorded, such as 0.25 for a quarter." rule:"must be given with type traceidratio or parentbased_traceidratio; must not be given with another" see:"https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler_arg"`
}

// Rules across the fields. Without an argument SDKs record everything.
func (s *Sampler) Rules(l spec.Look) {
	if !l.Sound("type") {
		return
	}
	ratio := []SamplerType{SamplerTraceIDRatio, SamplerParentBasedTraceIDRatio}
	spec.CheckReadBy(l, "type", s.Type, []spec.ReadBy[SamplerType]{{Name: "argument", By: ratio, Needed: ratio}})
}

// AgentImages are what the operator puts into pods, of each language.
type AgentImages struct {
	Java        *Image `json:"java,omitempty" pulumi:"java,optional" doc:"Java's agent." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-java"`
	NodeJS      *Image `json:"nodejs,omitempty" pulumi:"nodejs,optional" doc:"What instruments Node." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-nodejs"`
	Python      *Image `json:"python,omitempty" pulumi:"python,optional" doc:"What instruments Python." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-python"`
	DotNet      *Image `json:"dotnet,omitempty" pulumi:"dotnet,optional" doc:"What instruments .NET." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-dotnet"`
	Go          *Image `json:"go,omitempty" pulumi:"go,optional" doc:"What instruments Go, from a container beside the application's." see:"https://github.com/open-telemetry/opentelemetry-go-instrumentation/pkgs/container/opentelemetry-go-instrumentation%2Fautoinstrumentation-go"`
	ApacheHTTPD *Image `json:"apacheHttpd,omitempty" pulumi:"apacheHttpd,optional" doc:"The module of Apache's web server." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-apache-httpd"`
	Nginx       *Image `json:"nginx,omitempty" pulumi:"nginx,optional" doc:"The module of Nginx." see:"https://github.com/open-telemetry/opentelemetry-operator/pkgs/container/opentelemetry-operator%2Fautoinstrumentation-apache-httpd"`
}

// Default is the pinned release of each.
func (a *AgentImages) Default(spec.Environment) {
	for _, one := range a.pinned() {
		one.fill()
	}
}

// pinned are the images, and what each is where nothing is said.
func (a *AgentImages) pinned() []pinned {
	return []pinned{
		{"java", &a.Java, versions.AgentJava},
		{"nodejs", &a.NodeJS, versions.AgentNodeJS},
		{"python", &a.Python, versions.AgentPython},
		{"dotnet", &a.DotNet, versions.AgentDotNet},
		{"go", &a.Go, versions.AgentGo},
		{"apacheHttpd", &a.ApacheHTTPD, versions.AgentHTTPD},
		{"nginx", &a.Nginx, versions.AgentHTTPD},
	}
}
