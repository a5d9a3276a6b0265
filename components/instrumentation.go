package components

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/environment"
	"github.com/tracestack/tracestack/settings"
)

const (
	instrumentationType    = "tracestack:index:Instrumentation"
	instrumentationVersion = "opentelemetry.io/v1alpha1"
	instrumentationKind    = "Instrumentation"
)

// Instrumentation tells the OpenTelemetry operator, which the cluster must have, what to put into pods that ask
// for it.
type Instrumentation struct {
	pulumi.ResourceState

	Namespaces pulumi.StringArrayOutput `pulumi:"namespaces" doc:"The namespaces, once pods that are made in them get what they ask for. Whatever is made from it is made then."`
}

// InstrumentationArgs describe an Instrumentation.
type InstrumentationArgs struct {
	OTLPHTTPEndpoint pulumi.StringInput `pulumi:"otlpHttpEndpoint" doc:"Where agents send spans: the URL of an OTLP/HTTP receiver."`
	OTLPGRPCEndpoint pulumi.StringInput `pulumi:"otlpGrpcEndpoint" doc:"Where the modules of Apache's web server and Nginx send them, which speak gRPC alone: host:port."`
	Sender           *settings.Sender   `pulumi:"sender,optional" doc:"What agents show to that receiver, and believe, of Secrets in their own namespaces. A Secret with their certificate has the entry ca.crt too where there is a caSecret. The modules of Apache's web server and Nginx show nothing."`
	Metrics          bool               `pulumi:"metrics,optional" doc:"Whether the receiver takes metrics too."`
	Logs             bool               `pulumi:"logs,optional" doc:"Whether it takes logs too."`
	settings.Instrumentation
	Images   *settings.AgentImages `pulumi:"images,optional" doc:"What is put into pods, by default the pinned release of each."`
	Metadata *settings.Metadata    `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
}

// NewInstrumentation makes an Instrumentation. Its name is that of the operator's resource in each namespace.
func NewInstrumentation(
	ctx *pulumi.Context, name string, args *InstrumentationArgs, opts ...pulumi.ResourceOption,
) (*Instrumentation, error) {
	a := *orDefault(args, &InstrumentationArgs{})
	if err := settle("instrumentation", name, &a); err != nil {
		return nil, err
	}
	component := &Instrumentation{}
	if err := ctx.RegisterComponentResourceV2(instrumentationType, name, inputs(&a), component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("instrumentation", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"namespaces": component.Namespaces})
}

func (i *Instrumentation) create(ctx *pulumi.Context, name string, a InstrumentationArgs) error {
	definition, err := kube.Served(ctx, i, name+"-kind", instrumentationVersion)
	if err != nil {
		return err
	}
	spec := pulumi.All(a.OTLPHTTPEndpoint, a.OTLPGRPCEndpoint).ApplyT(func(known []any) map[string]any {
		return render.Plain(a.spec(known[0].(string), known[1].(string)))
	})
	var made []pulumi.Resource
	for _, namespace := range a.Namespaces {
		one, err := kube.NewObject(ctx, name+"-"+namespace, instrumentationVersion, instrumentationKind,
			// An operator of another release sets its own images where ours are its defaults of before. They
			// are the program's, so the next change takes them back, which would end with a conflict otherwise.
			kube.Object(ctx, a.Metadata, pulumi.String(name), pulumi.String(namespace),
				naming.Labels("instrumentation", name, "agents"), map[string]string{"pulumi.com/patchForce": "true"}),
			spec, pulumi.Parent(i), pulumi.DependsOn([]pulumi.Resource{definition}))
		if err != nil {
			return fmt.Errorf("%s: %w", namespace, err)
		}
		made = append(made, one)
	}
	i.Namespaces = whenReady(ctx, pulumi.ToStringArray(a.Namespaces).ToStringArrayOutput(), made...)
	return nil
}

// instrumentationSpec is the operator's, with everything that its webhook would fill in.
type instrumentationSpec struct {
	Exporter        otlpExporter          `json:"exporter"`
	Propagators     []settings.Propagator `json:"propagators"`
	Sampler         *settings.Sampler     `json:"sampler"`
	Resource        resourceAttributes    `json:"resource"`
	Env             []variable            `json:"env"`
	ImagePullPolicy string                `json:"imagePullPolicy"`
	Java            javaAgent             `json:"java"`
	NodeJS          agent                 `json:"nodejs"`
	Python          agent                 `json:"python"`
	DotNet          agent                 `json:"dotnet"`
	Go              agent                 `json:"go"`
	ApacheHTTPD     httpdModule           `json:"apacheHttpd"`
	Nginx           nginxModule           `json:"nginx"`
}

type otlpExporter struct {
	Endpoint string       `json:"endpoint"`
	TLS      *exporterTLS `json:"tls,omitempty"`
}

// exporterTLS is a Secret of the pod's namespace, and its entries.
type exporterTLS struct {
	Secret string `json:"secretName"`
	CA     string `json:"ca_file,omitempty"`
	Cert   string `json:"cert_file,omitempty"`
	Key    string `json:"key_file,omitempty"`
}

// exporterTLS is one Secret for all of it: the operator knows no second.
func (a InstrumentationArgs) exporterTLS() *exporterTLS {
	if a.Sender.CASecret == "" && a.Sender.ClientCertSecret == "" {
		return nil
	}
	made := &exporterTLS{Secret: a.Sender.CASecret}
	if a.Sender.CASecret != "" {
		made.CA = "ca.crt"
	}
	if a.Sender.ClientCertSecret != "" {
		made.Secret, made.Cert, made.Key = a.Sender.ClientCertSecret, "tls.crt", "tls.key"
	}
	return made
}

type resourceAttributes struct {
	Attributes map[string]string `json:"resourceAttributes,omitempty"`
}

type variable struct {
	Name  string       `json:"name"`
	Value string       `json:"value,omitempty"`
	From  *valueSource `json:"valueFrom,omitempty"`
}

// valueSource is an entry of a Secret of the pod's namespace.
type valueSource struct {
	Secret secretEntry `json:"secretKeyRef"`
}

type secretEntry struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// env are the variables of every agent.
func (a InstrumentationArgs) env() []variable {
	all := sorted(environment.Exporters(a.Metrics, a.Logs))
	if from := a.Sender.HeadersSecret; from != nil {
		all = append(all, variable{Name: environment.Headers, From: &valueSource{secretEntry{from.SecretName, from.Key}}})
	}
	return all
}

type agent struct {
	Image     string  `json:"image"`
	Resources amounts `json:"resourceRequirements"`
}

// javaAgent has another word for the same.
type javaAgent struct {
	Image     string  `json:"image"`
	Resources amounts `json:"resources"`
}

type amounts map[string]map[string]string

// amountsOf writes them as the cluster gives them back.
func amountsOf(r *settings.Resources) amounts {
	of := func(a *settings.Amounts) map[string]string {
		return map[string]string{"cpu": a.CPU.String(), "memory": a.Memory.String()}
	}
	return amounts{"requests": of(r.Requests), "limits": of(r.Limits)}
}

type httpdModule struct {
	agent
	Attrs      []variable `json:"attrs"`
	Version    string     `json:"version"`
	ConfigPath string     `json:"configPath"`
}

type nginxModule struct {
	agent
	Attrs      []variable `json:"attrs"`
	ConfigFile string     `json:"configFile"`
}

func (a InstrumentationArgs) spec(http, grpc string) instrumentationSpec {
	of := func(image *settings.Image) agent { return agent{image.String(), amountsOf(a.Resources)} }
	// These modules speak gRPC whatever is said, so they get its address by a setting of their own.
	endpoint := func(name string) []variable { return []variable{{Name: name, Value: a.scheme() + "://" + grpc}} }
	return instrumentationSpec{
		Exporter:        otlpExporter{http, a.exporterTLS()},
		Propagators:     a.Propagators,
		Sampler:         a.Sampler,
		Resource:        resourceAttributes{a.ResourceAttributes},
		Env:             a.env(),
		ImagePullPolicy: "IfNotPresent",
		Java:            javaAgent(of(a.Images.Java)),
		NodeJS:          of(a.Images.NodeJS),
		Python:          of(a.Images.Python),
		DotNet:          of(a.Images.DotNet),
		Go:              of(a.Images.Go),
		ApacheHTTPD: httpdModule{
			of(a.Images.ApacheHTTPD), endpoint("ApacheModuleOtelExporterEndpoint"), "2.4", "/usr/local/apache2/conf",
		},
		Nginx: nginxModule{of(a.Images.Nginx), endpoint("NginxModuleOtelExporterEndpoint"), "/etc/nginx/nginx.conf"},
	}
}

func (a InstrumentationArgs) scheme() string {
	if a.Sender.TLS {
		return "https"
	}
	return "http"
}

// sorted are variables in the order of their names.
func sorted(values map[string]string) []variable {
	var all []variable
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, variable{Name: name, Value: values[name]})
	}
	return all
}
