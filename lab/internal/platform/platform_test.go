package platform

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/build"
	"github.com/tracestack/tracestack/lab/internal/images"
)

func TestEveryToolIsInTheBaseOrInOneService(t *testing.T) {
	owners := map[string][]string{}
	for _, tool := range Base {
		owners[tool] = append(owners[tool], "the base")
	}
	for _, s := range Services {
		for _, tool := range s.Tools {
			owners[tool] = append(owners[tool], s.Name)
		}
	}
	for _, tool := range build.Tools {
		if who := owners[tool.Name]; len(who) != 1 {
			t.Errorf("%s belongs to %q", tool.Name, who)
		}
		delete(owners, tool.Name)
	}
	for tool, who := range owners {
		t.Errorf("%s of %q is no tool", tool, who)
	}
}

func TestServices(t *testing.T) {
	for i, s := range Services {
		t.Run(s.Name, func(t *testing.T) {
			objects, err := s.objects()
			if err != nil {
				t.Fatal(err)
			}
			t.Run("what it needs stands before it", func(t *testing.T) {
				for _, need := range s.Needs {
					if !slices.Contains(Names(Services[:i]), need) {
						t.Errorf("%s does not", need)
					}
				}
			})
			t.Run("its images are those that are packed of its tools", func(t *testing.T) { checkImages(t, s, objects) })
			t.Run("its pods are waited for", func(t *testing.T) { checkReady(t, s, objects) })
			t.Run("a namespace is made before what is in it", func(t *testing.T) { checkNamespaces(t, objects) })
			t.Run("its pods keep the rules of the program's own", func(t *testing.T) { checkPods(t, objects) })
			t.Run("its definitions come from modules that are pinned", func(t *testing.T) { checkPinned(t, s) })
		})
	}
}

func checkImages(t *testing.T, s Service, objects []*unstructured.Unstructured) {
	used, own, there := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, object := range objects {
		imagesIn(object.Object, used)
	}
	for _, spec := range images.Specs {
		// What users get is for their stacks, and for the operator, to deploy.
		own[spec.Ref] = slices.Contains(s.Tools, spec.Tool) && !slices.ContainsFunc(append(versions.All(), versions.Agents()...), func(i versions.Image) bool { return i.String() == spec.Ref })
		there[spec.Ref] = slices.Contains(Base, spec.Tool)
		for _, other := range Services {
			if slices.Contains(other.Tools, spec.Tool) && (other.Name == s.Name || slices.Contains(s.Needs, other.Name)) {
				there[spec.Ref] = true
			}
		}
	}
	for ref := range used {
		if !there[ref] {
			t.Errorf("%s is used and not packed", ref)
		}
	}
	for ref := range own {
		if own[ref] && !used[ref] {
			t.Errorf("%s is packed and not used", ref)
		}
	}
}

// imagesIn finds every value of a key "image", which custom resources have at places of their own, and
// the image that an operator is told of by an argument.
func imagesIn(value any, found map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if ref, ok := inner.(string); ok && key == "image" {
				found[ref] = true
			}
			imagesIn(inner, found)
		}
	case []any:
		for _, inner := range value {
			if arg, ok := inner.(string); ok {
				if ref, ok := strings.CutPrefix(arg, "--prometheus-config-reloader="); ok {
					found[ref] = true
				}
			}
			imagesIn(inner, found)
		}
	}
}

func checkReady(t *testing.T, s Service, objects []*unstructured.Unstructured) {
	for _, object := range objects {
		w := cluster.Workload{Kind: object.GetKind(), Namespace: object.GetNamespace(), Name: object.GetName()}
		if len(containers(object, "containers")) > 0 && !slices.Contains(s.Ready, w) {
			t.Errorf("%s is not in Ready", w)
		}
	}
}

func checkNamespaces(t *testing.T, objects []*unstructured.Unstructured) {
	there := map[string]bool{"": true, "default": true, "kube-system": true}
	for _, object := range objects {
		if object.GetKind() == "Namespace" {
			there[object.GetName()] = true
		}
		if !there[object.GetNamespace()] {
			t.Errorf("%s %s: namespace %s", object.GetKind(), object.GetName(), object.GetNamespace())
		}
	}
}

// containers are those of these kinds of an object that makes pods.
func containers(object *unstructured.Unstructured, kinds ...string) []map[string]any {
	var all []map[string]any
	for _, kind := range kinds {
		list, _, _ := unstructured.NestedSlice(object.Object, "spec", "template", "spec", kind)
		for _, entry := range list {
			all = append(all, entry.(map[string]any))
		}
	}
	return all
}

func checkPods(t *testing.T, objects []*unstructured.Unstructured) {
	for _, object := range objects {
		has := func(container map[string]any, paths ...string) {
			for _, path := range paths {
				if _, found, _ := unstructured.NestedFieldNoCopy(container, strings.Split(path, ".")...); !found {
					t.Errorf("%s: container %s lacks %s", object.GetName(), container["name"], path)
				}
			}
		}
		for _, container := range containers(object, "containers") {
			has(container, "startupProbe", "readinessProbe", "livenessProbe")
		}
		for _, container := range containers(object, "initContainers", "containers") {
			has(container, "resources.requests.cpu", "resources.requests.memory", "resources.limits.memory")
			if only, _, _ := unstructured.NestedBool(container, "securityContext", "readOnlyRootFilesystem"); !only {
				t.Errorf("%s: container %s may write to its root file system", object.GetName(), container["name"])
			}
		}
		// The API server itself refuses what is outside the restricted Pod Security Standard.
		if label := object.GetLabels()["pod-security.kubernetes.io/enforce"]; object.GetKind() == "Namespace" && label != "restricted" {
			t.Errorf("namespace %s enforces %q", object.GetName(), label)
		}
	}
}

func checkPinned(t *testing.T, s Service) {
	for _, crds := range s.CRDs {
		path := filepath.Join("..", "..", "tools", crds.Group, "go.mod")
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := modfile.Parse(path, body, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(file.Require, func(r *modfile.Require) bool { return r.Mod.Path == crds.Module }) {
			t.Errorf("%s does not require %s", path, crds.Module)
		}
	}
}

func TestSelect(t *testing.T) {
	table := []Service{{Name: "store"}, {Name: "metrics"}, {Name: "traces", Needs: []string{"store"}}, {Name: "map", Needs: []string{"traces"}}}
	for _, c := range []struct{ claim, names, want, refused string }{
		{"nothing where nothing is asked for", "", "", ""},
		{"what is needed comes before what needs it", "map", "store traces map", ""},
		{"each comes once, in the table's order", "map metrics map store", "store metrics traces map", ""},
		{"every unknown name is named, with those that there are", "stor metrics trace", "", "stor, trace; there is store, metrics, traces, map"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got, err := choose(table, strings.Fields(c.names))
			if strings.Join(Names(got), " ") != c.want || (err != nil) != (c.refused != "") || (err != nil && !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("got %q, %v", Names(got), err)
			}
		})
	}
	t.Run("all is every service", func(t *testing.T) {
		got, err := Select([]string{All})
		if err != nil || !slices.Equal(Names(got), Names(Services)) {
			t.Errorf("got %q, %v", Names(got), err)
		}
	})
}

func TestWantedBy(t *testing.T) {
	for _, c := range []struct{ claim, config, want string }{
		{"an empty configuration wants nothing", `{}`, ""},
		{"a page of its own without a route wants nothing", `{"tracestack:ingress": {jaeger: {host: a.example.com}}}`, ""},
		{"kind none wants nothing", `{"tracestack:ingress": {kind: none}}`, ""},
		{"a route wants its kind and a controller", `{"tracestack:ingress": {kind: httproute, domain: example.com}}`, "routes"},
		{"an object that is written as text is the same", `{"tracestack:ingress": '{"kind": "ingress"}'}`, "routes"},
		{"Tempo on a disk wants the disk and its image", `{"tracestack:backend": tempo, "tracestack:storage": local}`, "storage tempo"},
		{"Tempo on MinIO wants that, too", `{"tracestack:backend": tempo, "tracestack:storage": minio}`, "storage minio tempo"},
		{"so does a mirror", `{"tracestack:backend": jaeger, "tracestack:mirror": {backend: tempo, storage: minio}}`, "storage minio tempo"},
		{"a Prometheus of its own wants the image alone", `{"tracestack:prometheus": {mode: standalone}}`, "prometheus"},
		{"one that is asked from outside wants what asks it", `{"tracestack:prometheus": {mode: external}}`, "prometheus"},
		{"one that is there wants to be there", `{"tracestack:prometheus": {mode: patch}}`, "prometheus monitoring"},
		{"Jaeger in Badger wants the disk", `{"tracestack:backend": jaeger, "tracestack:storage": badger}`, "storage"},
		{"Jaeger on a search store wants that", `{"tracestack:backend": jaeger, "tracestack:storage": elasticsearch}`, "opensearch"},
		{"Kafka in front of it wants that too", `{"tracestack:storage": elasticsearch, "tracestack:kafka": {brokers: ["kafka.kafka.svc:9092"]}}`, "opensearch kafka"},
		{"no Kafka wants none", `{"tracestack:storage": elasticsearch, "tracestack:kafka": {}}`, "opensearch"},
		{"a collector of the operator's wants the operator", `{"tracestack:collector": {managedBy: operator}}`, "operator"},
		{"a collector whose number follows its load wants what measures that", `{"tracestack:collector": {autoscaling: {maxReplicas: 3}}}`, "metrics"},
		{"so does an ingester", `{"tracestack:jaeger": '{"ingester": {"autoscaling": {"maxReplicas": 3}}}'}`, "metrics"},
		{"so does a mirror of that kind", `{"tracestack:mirror": {backend: jaeger, storage: opensearch}}`, "opensearch"},
		{"no Prometheus wants nothing", `{"tracestack:prometheus": {mode: none}}`, ""},
		{"what is malformed is left to the program", `{"tracestack:ingress": [kind, {kind: ingress}]}`, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := strings.Join(WantedBy(parse(t, c.config)), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("the stack dev needs no service", func(t *testing.T) {
		body, err := os.ReadFile("../../../Pulumi.dev.yaml")
		if err != nil {
			t.Fatal(err)
		}
		file := parse(t, string(body))
		if config := file["config"].(map[string]any); len(config) == 0 || len(WantedBy(config)) > 0 {
			t.Errorf("%v needs %q", config, WantedBy(config))
		}
	})
}

func parse(t *testing.T, text string) Config {
	t.Helper()
	var c Config
	if err := yaml.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCRDs(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"some/a.yaml":   "kind: CustomResourceDefinition\nmetadata: {name: a}\n---\nkind: CustomResourceDefinition\nmetadata: {name: b}\n",
		"some/c.yml":    "---\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
		"some/p.yaml":   "kind: ValidatingAdmissionPolicy\nmetadata: {name: p}\n",
		"some/note.txt": "no YAML: {",
		"none/p.yaml":   "kind: Policy\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{"some": "a b c", "some/c.yml": "c"} {
		t.Run("the definitions of "+path+" are read, and nothing else", func(t *testing.T) {
			objects, err := CRDs{Path: path}.in(dir)
			var names []string
			for _, object := range objects {
				names = append(names, object.GetName())
			}
			if got := strings.Join(names, " "); err != nil || got != want {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
	for path, want := range map[string]string{"none": "none holds none", "missing": "no such file"} {
		t.Run("a path that is "+path+" is refused", func(t *testing.T) {
			if _, err := (CRDs{Path: path}).in(dir); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func secretOf(data map[string]any) secret {
	s := secret{&unstructured.Unstructured{Object: map[string]any{"kind": "Secret", "data": data}}}
	s.SetAnnotations(map[string]string{generated: "password"})
	return s
}

func TestGenerate(t *testing.T) {
	filled := func(t *testing.T, current secret) string {
		t.Helper()
		s := secretOf(map[string]any{"user": "cm9vdA=="})
		if err := errors.Join(s.keep(current), s.fill()); err != nil {
			t.Fatal(err)
		}
		if got := string(s.value("user")); got != "root" {
			t.Errorf("what is written down became %q", got)
		}
		return string(s.value("password"))
	}
	t.Run("a new Secret gets a value of its own", func(t *testing.T) {
		if a, b := filled(t, secretOf(nil)), filled(t, secretOf(nil)); len(a) < 26 || a == b {
			t.Errorf("got values of %d and %d characters, equal: %t", len(a), len(b), a == b)
		}
	})
	t.Run("one that is there keeps its value", func(t *testing.T) {
		if got := filled(t, secretOf(map[string]any{"password": "a2VwdA==", "user": "b3RoZXI="})); got != "kept" {
			t.Error("it does not")
		}
	})
	t.Run("an entry that it lacks is made", func(t *testing.T) {
		if got := filled(t, secretOf(map[string]any{"other": "a2VwdA=="})); len(got) < 26 {
			t.Errorf("got %d characters", len(got))
		}
	})
}
