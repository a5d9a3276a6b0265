// Package pulumitest runs a Pulumi program under mocks, records its resource graph, and checks the
// graph for what must hold in every stack. It needs no engine, no plugin and no cluster.
package pulumitest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// The project and the stack that programs run as.
const (
	Project = "tracestack"
	Stack   = "test"
)

// Resource is one registration, as the engine would have seen it.
type Resource struct {
	Type, Name string
	Parent     string // its URN; the stack's where the program gave none
	Provider   string // its URN and ID; empty for the default provider
	Custom     bool   // made by a provider, unlike a component
	Inputs     resource.PropertyMap
	Outputs    resource.PropertyMap
	Depends    []string // the URNs of what is made before it
	Protected  bool     // not deleted unless somebody says so first
	Ignores    []string // the paths whose changes are ignored
	Retained   bool     // it stays when it is deleted
	Aliases    []string // the types that it may have had

	DeletedFirst bool // where it is replaced
}

// Object gives the inputs as plain values; secrets are replaced by a placeholder.
func (r Resource) Object() map[string]any {
	return r.Inputs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		if v.IsSecret() {
			return "[secret]", true
		}
		return nil, false
	})
}

// Graph is what a program registered, ordered by type and name: programs register concurrently.
type Graph []Resource

// Of gives the resources of one type.
func (g Graph) Of(typ string) Graph {
	var found Graph
	for _, r := range g {
		if r.Type == typ {
			found = append(found, r)
		}
	}
	return found
}

// Named gives the resource with a type and name, and fails the test without one.
func (g Graph) Named(t testing.TB, typ, name string) Resource {
	t.Helper()
	for _, r := range g.Of(typ) {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no resource %s %s", typ, name)
	return Resource{}
}

// Cluster is what there is before a program runs, by type and ID. Every kind is served in it, but
// for the metrics of pods.
type Cluster map[string]map[string]any

const podMetrics = "v1beta1.metrics.k8s.io"

// KubePrometheus is a cluster with what kube-prometheus brings: a Prometheus, and who serves the metrics of
// pods.
func KubePrometheus() Cluster {
	return Cluster{
		"kubernetes:apiregistration.k8s.io/v1:APIService " + podMetrics: {"metadata": map[string]any{"name": podMetrics}},
		"kubernetes:monitoring.coreos.com/v1:Prometheus monitoring/k8s": {
			"metadata": map[string]any{"name": "k8s", "namespace": "monitoring"},
			"spec":     map[string]any{"replicas": 2, "enableFeatures": []any{}},
		},
		"kubernetes:core/v1:Service monitoring/prometheus-k8s": {
			"metadata": map[string]any{"name": "prometheus-k8s", "namespace": "monitoring"},
		},
		"kubernetes:networking.k8s.io/v1:NetworkPolicy monitoring/prometheus-k8s": {
			"metadata": map[string]any{"name": "prometheus-k8s", "namespace": "monitoring"},
		},
	}
}

// Run runs a program with a configuration, as the engine hands it over, and gives its graph. The
// error is the program's.
func Run(t *testing.T, values map[string]string, secret []string, program pulumi.RunFunc) (Graph, error) {
	t.Helper()
	return RunIn(t, KubePrometheus(), values, secret, program)
}

// RunIn is Run with what there is before.
func RunIn(
	t *testing.T, cluster Cluster, values map[string]string, secret []string, program pulumi.RunFunc,
) (Graph, error) {
	t.Helper()
	t.Setenv(pulumi.EnvConfig, marshal(t, values))
	t.Setenv(pulumi.EnvConfigSecretKeys, marshal(t, secret))
	SetContext(t, values["kubernetes:context"])
	recorder := NewRecorder()
	recorder.cluster = cluster
	err := pulumi.RunErr(program, pulumi.WithMocks(Project, Stack, recorder))
	return recorder.Graph(), err
}

// SetContext makes a kubeconfig with one context be the one in use until the test ends.
func SetContext(t *testing.T, name string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	body := marshal(t, map[string]any{"contexts": []map[string]string{{"name": name}}})
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
}

// patience is how long an output may take that depends on nothing outside this process.
const patience = 10 * time.Second

// Outputs runs a program and gives what it exports, as `pulumi stack output --json` would.
func Outputs(t *testing.T, values map[string]string, program pulumi.RunFunc) map[string]any {
	t.Helper()
	type named struct {
		name  string
		value any
	}
	var exports map[string]pulumi.Input
	if _, err := Run(t, values, nil, func(ctx *pulumi.Context) error {
		err := program(ctx)
		exports = ctx.GetCurrentExportMap()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	resolved := make(chan named, len(exports))
	for name, output := range exports {
		pulumi.ToOutput(output).ApplyT(func(value any) any {
			resolved <- named{name, value}
			return value
		})
	}
	got := map[string]any{}
	for range exports {
		select {
		case output := <-resolved:
			got[output.name] = output.value
		case <-time.After(patience):
			t.Fatalf("of the outputs %v only %v resolved", slices.Sorted(maps.Keys(exports)), slices.Sorted(maps.Keys(got)))
		}
	}
	return got
}

func marshal(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Recorder is the mock that records, for those who run a program themselves.
type Recorder struct {
	lock     sync.Mutex
	graph    Graph
	cluster  Cluster
	retained map[string]bool // by URN
}

// NewRecorder gives an empty one.
func NewRecorder() *Recorder { return &Recorder{retained: map[string]bool{}} }

// Graph gives what was registered so far.
func (r *Recorder) Graph() Graph {
	r.lock.Lock()
	defer r.lock.Unlock()
	ordered := slices.Clone(r.graph)
	slices.SortFunc(ordered, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
	})
	return ordered
}

// alwaysThere are the types of which everything that is read is there: every kind of Kubernetes is served,
// and every namespace and bucket is there.
var alwaysThere = []string{
	"kubernetes:apiregistration.k8s.io/v1:APIService",
	"kubernetes:core/v1:Namespace",
	"minio:index/s3Bucket:S3Bucket",
}

// NewResource records a registration. Most of what a provider would add is left out: outputs are
// the inputs.
func (r *Recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	rpc := args.RegisterRPC
	if rpc == nil && slices.Contains(alwaysThere, args.TypeToken) && args.ID != podMetrics {
		return args.ID, args.Inputs, nil
	}
	if rpc == nil {
		object, ok := r.cluster[args.TypeToken+" "+args.ID]
		if !ok {
			return "", nil, fmt.Errorf("resource '%s' does not exist", args.ID) // As the engine says it.
		}
		return args.ID, resource.NewPropertyMapFromMap(object), nil
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	depends := slices.Clone(rpc.GetDependencies())
	slices.Sort(depends)
	made := outputs(args.TypeToken, args.Name, args.Inputs, rpc.GetAdditionalSecretOutputs())
	r.graph = append(r.graph, Resource{
		Type: args.TypeToken, Name: args.Name, Parent: rpc.GetParent(), Provider: args.Provider,
		Custom: args.Custom, Inputs: args.Inputs, Outputs: made, Depends: slices.Compact(depends), Ignores: rpc.GetIgnoreChanges(),
		Protected: rpc.GetProtect(), Retained: r.retains(rpc),
		Aliases: aliases(rpc), DeletedFirst: rpc.GetDeleteBeforeReplace(),
	})
	return args.Name + "-id", made, nil
}

func aliases(rpc *pulumirpc.RegisterResourceRequest) (types []string) {
	for _, alias := range rpc.GetAliases() {
		types = append(types, alias.GetSpec().GetType())
	}
	return types
}

// retains tells whether a resource stays when it is deleted. As the engine has it, what a resource does
// not say is as its parent has it; of what is protected the SDK has seen to that.
func (r *Recorder) retains(rpc *pulumirpc.RegisterResourceRequest) bool {
	retained := r.retained[rpc.GetParent()]
	if rpc.RetainOnDelete != nil {
		retained = rpc.GetRetainOnDelete()
	}
	var parent tokens.Type
	if urn := resource.URN(rpc.GetParent()); urn != "" && urn.QualifiedType() != resource.RootStackType {
		parent = urn.QualifiedType()
	}
	r.retained[string(resource.NewURN(Stack, Project, parent, tokens.Type(rpc.GetType()), rpc.GetName()))] = retained
	return retained
}

// Call answers no function: a stack that asks a cluster while it is previewed must say so here.
func (r *Recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, fmt.Errorf("pulumitest: the program calls %s, which nothing here can answer", args.Token)
}
