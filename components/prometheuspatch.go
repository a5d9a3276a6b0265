package components

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/internal/spec"
)

const (
	prometheusVersion = "monitoring.coreos.com/v1"
	prometheusKind    = "Prometheus"
)

// Prometheus is a Prometheus resource that is there already and that somebody else owns.
// https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Prometheus
type Prometheus struct {
	pulumi.CustomResourceState

	// Spec as the cluster has it.
	Spec pulumi.MapOutput `pulumi:"spec"`

	namespace, name string
	spec            operated
}

// GetPrometheus reads a Prometheus resource and waits for it, also in a preview. Where the cluster
// has none of that name, or does not know the kind, preview and update end with a sentence that names
// it, and nothing is made that the program registers afterwards. The provider must be known by then.
func GetPrometheus(ctx *pulumi.Context, namespace, name string, opts ...pulumi.ResourceOption) (*Prometheus, error) {
	wrong := &spec.Problems{}
	for _, one := range [][3]string{{"label", "namespace", namespace}, {"object", "name", name}} {
		if format := spec.FormatNamed(one[0]); !format.Holds(one[2]) {
			wrong.Add("prometheus."+one[1], spec.Shown(one[2]), format.Rule)
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return getPrometheus(ctx, "prometheus-"+namespace+"-"+name, namespace, name, opts...)
}

func getPrometheus(ctx *pulumi.Context, logicalName, namespace, name string, opts ...pulumi.ResourceOption) (*Prometheus, error) {
	theirs := &Prometheus{namespace: namespace, name: name}
	if err := ctx.ReadResource("kubernetes:"+prometheusVersion+":"+prometheusKind, logicalName,
		pulumi.ID(namespace+"/"+name), pulumi.Map{}, theirs, opts...); err != nil {
		return nil, err
	}
	if err := theirs.await(ctx); err != nil {
		return nil, fmt.Errorf("prometheus %s/%s: %w", namespace, name, err)
	}
	if err := theirs.spec.validate(); err != nil {
		return nil, err
	}
	return theirs, nil
}

// await takes the spec out of its output: how many pods there are, and what is set already, decides
// what is registered.
func (theirs *Prometheus) await(ctx *pulumi.Context) error {
	read, err := internals.UnsafeAwaitOutput(ctx.Context(), theirs.Spec)
	if err != nil {
		return err
	}
	if !read.Known {
		return errors.New("its cluster is not known yet, and it must be there before")
	}
	text, err := json.Marshal(read.Value)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &theirs.spec); err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	return nil
}

func (p *PrometheusRemoteWrite) patch(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	theirs, err := getPrometheus(ctx, name+"-resource", a.Prometheus.Namespace, a.Prometheus.Name, pulumi.Parent(p))
	if err != nil {
		return err
	}
	query, err := a.queryURL(ctx, name, p, theirs)
	if err != nil {
		return err
	}
	urls, job := theirs.writeURLs(), kube.Job{Restarts: patchRestarts}
	checks, err := a.checks(name, urls, query, nil)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	// The operator acts on the patches, and the checks tell when it has.
	for _, patch := range []func(*pulumi.Context, string, pulumi.Resource) (pulumi.Resource, error){theirs.receive, theirs.keepExemplars} {
		patched, err := patch(ctx, name, p)
		if err != nil {
			return fmt.Errorf("patch: %w", err)
		}
		job.After = append(job.After, patched)
	}
	if a.Prometheus.NetworkPolicy != "" {
		admission, err := a.admit(ctx, name, p, theirs, checks)
		if err != nil {
			return fmt.Errorf("network policy: %w", err)
		}
		job.After = append(job.After, admission)
	}
	p.MetricsStore, err = p.checked(ctx, checks, job, urls, query, nil)
	return err
}

// queryURL is what was given, or the Service under kube-prometheus' name. The operator makes none but for the
// pods' names, so whoever made the resource may have called it otherwise: it is read, and must be there. Where
// it is not, the engine ends at once and shows nothing but the name of what was read, so that says what to do.
func (a PrometheusRemoteWriteArgs) queryURL(ctx *pulumi.Context, name string, parent pulumi.Resource, theirs *Prometheus) (string, error) {
	if a.Prometheus.QueryURL != "" {
		return a.Prometheus.QueryURL, nil
	}
	service := naming.OperatedPrometheus(theirs.name)
	there, err := corev1.GetService(ctx, name+"-service-unless-queryUrl-is-given",
		pulumi.ID(theirs.namespace+"/"+service), nil, pulumi.Parent(parent))
	if err == nil {
		_, err = internals.UnsafeAwaitOutput(ctx.Context(), there.Metadata)
	}
	if err != nil {
		return "", fmt.Errorf("prometheus.queryUrl: %w", err)
	}
	return theirs.at(service, ""), nil
}

func (theirs *Prometheus) receive(ctx *pulumi.Context, name string, parent pulumi.Resource) (pulumi.Resource, error) {
	return theirs.set(ctx, name+"-receiver", parent, map[string]any{"enableRemoteWriteReceiver": true})
}

const exemplarStorage = "exemplar-storage"

// keepExemplars adds an entry to a set, so what others enable stays. Where the entry is there the
// patch must be left alone: the provider compares lists by place, and in the cluster's list the entry
// may stand behind those of others. Where it is not, the patch is made, or made again.
func (theirs *Prometheus) keepExemplars(ctx *pulumi.Context, name string, parent pulumi.Resource) (pulumi.Resource, error) {
	var opts []pulumi.ResourceOption
	if slices.Contains(theirs.spec.EnableFeatures, exemplarStorage) {
		opts = append(opts, pulumi.IgnoreChanges([]string{"spec.enableFeatures"}))
	}
	return theirs.set(ctx, name+"-exemplars", parent, map[string]any{"enableFeatures": []string{exemplarStorage}}, opts...)
}

// set patches the resource. Nothing else of it is sent, no label and no annotation: those would be
// this program's too. The field manager is the one that the provider makes up for each patch alone,
// so that of two stacks with one Prometheus each takes back its own.
func (theirs *Prometheus) set(
	ctx *pulumi.Context, name string, parent pulumi.Resource, spec map[string]any, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return apiextensions.NewCustomResourcePatch(ctx, name, &apiextensions.CustomResourcePatchArgs{
		ApiVersion:  pulumi.String(prometheusVersion),
		Kind:        pulumi.String(prometheusKind),
		Metadata:    &metav1.ObjectMetaArgs{Name: pulumi.String(theirs.name), Namespace: pulumi.String(theirs.namespace)},
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, append(opts, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{theirs}))...)
}

// operated is what matters of a Prometheus resource's spec.
type operated struct {
	Replicas                  *int     `json:"replicas"`
	Shards                    *int     `json:"shards"`
	ServiceName               string   `json:"serviceName"`
	RoutePrefix               string   `json:"routePrefix"`
	ListenLocal               bool     `json:"listenLocal"`
	Paused                    bool     `json:"paused"`
	EnableRemoteWriteReceiver *bool    `json:"enableRemoteWriteReceiver"`
	EnableFeatures            []string `json:"enableFeatures"`
	Web                       struct {
		TLSConfig json.RawMessage `json:"tlsConfig"`
	} `json:"web"`
}

// writeURLs are those of every pod, by its own name: pods share nothing, and a Service would give
// each write to one of them.
func (theirs *Prometheus) writeURLs() []string {
	var urls []string
	for shard := range count(theirs.spec.Shards) {
		for replica := range count(theirs.spec.Replicas) {
			pod := naming.OperatedPod(theirs.name, shard, replica) + "." + orDefault(theirs.spec.ServiceName, naming.GoverningService)
			urls = append(urls, theirs.at(pod, prometheus.WritePath))
		}
	}
	return urls
}

// at is an address of the Prometheus, below its prefix.
func (theirs *Prometheus) at(host, path string) string {
	return naming.At(host, theirs.namespace, naming.PromHTTP).Below(strings.TrimSuffix(theirs.spec.RoutePrefix, "/") + path).String()
}

// count is 1 where the resource does not say, as for the operator.
func count(given *int) int {
	if given == nil {
		return 1
	}
	return *given
}

// validate refuses what no patch makes take writes. It would be seen only minutes later, when the
// check gives up.
func (o operated) validate() error {
	var problems []error
	refuseIf := func(holds bool, path, value, rule string) {
		if holds {
			problems = append(problems, fmt.Errorf("prometheus.spec.%s: %s: %s", path, value, rule))
		}
	}
	refuseIf(count(o.Replicas) < 1, "replicas", fmt.Sprint(count(o.Replicas)), "must be at least 1")
	refuseIf(o.Paused, "paused", "true", "must be false: the operator leaves a paused Prometheus as it is")
	refuseIf(o.ListenLocal, "listenLocal", "true", "must be false: other pods do not reach it")
	refuseIf(len(o.Web.TLSConfig) > 0, "web.tlsConfig", "[not shown]", "must not be given: give its https address as an external Prometheus instead")
	refuseIf(o.EnableRemoteWriteReceiver != nil && !*o.EnableRemoteWriteReceiver, "enableRemoteWriteReceiver", "false",
		"must not be false: somebody has turned it off, and the patch overrules nobody")
	return errors.Join(problems...)
}

// admit lets the writers and the checks through the policy that guards Prometheus. Policies add up,
// so that one stays as it is; it is read first, because where there is none this would be the first
// and shut everybody else out.
func (a PrometheusRemoteWriteArgs) admit(
	ctx *pulumi.Context, name string, parent pulumi.Resource, theirs *Prometheus, checks []kube.Role,
) (pulumi.Resource, error) {
	guard := &pulumi.CustomResourceState{}
	if err := ctx.ReadResource("kubernetes:networking.k8s.io/v1:NetworkPolicy", name+"-guard",
		pulumi.ID(theirs.namespace+"/"+a.Prometheus.NetworkPolicy), pulumi.Map{}, guard, pulumi.Parent(parent)); err != nil {
		return nil, err
	}
	from := func(labels map[string]string) networkingv1.NetworkPolicyPeerInput {
		return networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": a.Namespace}},
			PodSelector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(labels)},
		}
	}
	peers := networkingv1.NetworkPolicyPeerArray{from(a.Writers)}
	for _, check := range checks {
		peers = append(peers, from(check.Selector()))
	}
	return networkingv1.NewNetworkPolicy(ctx, name+"-admission", &networkingv1.NetworkPolicyArgs{
		Metadata: kube.Object(ctx, a.Metadata, a.Namespace.ToStringOutput().ApplyT(func(ns string) string {
			return naming.OperatedPrometheus(theirs.name) + "-from-" + ns
		}).(pulumi.StringOutput), pulumi.String(theirs.namespace), naming.Labels("prometheus", name, "admission"), nil),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{
				"app.kubernetes.io/name": pulumi.String("prometheus"), "operator.prometheus.io/name": pulumi.String(theirs.name),
			}},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress"}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{
				From:  peers,
				Ports: networkingv1.NetworkPolicyPortArray{networkingv1.NetworkPolicyPortArgs{Port: pulumi.Int(naming.PromHTTP), Protocol: pulumi.String("TCP")}},
			}},
		},
	}, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{guard}))
}
