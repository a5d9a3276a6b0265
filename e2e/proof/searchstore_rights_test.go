package proof_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/rand"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
)

// A role is what OpenSearch's security plugin takes.
type role struct {
	Cluster []string      `json:"cluster_permissions"`
	Index   []indexRights `json:"index_permissions"`
}

type indexRights struct {
	Patterns []string `json:"index_patterns"`
	Actions  []string `json:"allowed_actions"`
}

// rights are all of a role.
func (r role) rights() []string {
	all := slices.Clone(r.Cluster)
	for _, one := range r.Index {
		all = append(all, one.Actions...)
	}
	return all
}

// without is the role that lacks a right.
func (r role) without(right string) role {
	lacks := func(all []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return one == right })
	}
	less := role{Cluster: lacks(r.Cluster)}
	for _, one := range r.Index {
		if left := lacks(one.Actions); len(left) > 0 {
			less.Index = append(less.Index, indexRights{one.Patterns, left})
		}
	}
	return less
}

// documentedRole is the one that docs/jaeger.md has to be pasted.
func documentedRole(t *testing.T) role {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(lab.Root, "docs", "jaeger.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, there := strings.Cut(string(page), "```yaml\njaeger:\n  cluster_permissions:")
	block, _, ends := strings.Cut(block, "```")
	if !there || !ends {
		t.Fatal("docs/jaeger.md has no role")
	}
	var roles map[string]role
	if err := yaml.Unmarshal([]byte("jaeger:\n  cluster_permissions:"+block), &roles); err != nil {
		t.Fatal(err)
	}
	return roles["jaeger"]
}

// usedBy is who breaks without a right, and says so.
var usedBy = map[string]func(privileged, *testing.T, string){
	"cluster:monitor/main":       privileged.firstIndicesFail,
	"indices:admin/template/put": privileged.firstIndicesFail,
	"indices:admin/create":       privileged.firstIndicesFail,
	"indices:admin/aliases/get":  privileged.firstIndicesFail,
	"indices:admin/aliases":      privileged.firstIndicesFail,
	"indices:admin/rollover":     privileged.rolloverFails,
	"indices:monitor/stats":      privileged.rolloverFails,
	"indices:admin/get":          privileged.cleanerFails,
	"indices:admin/delete":       privileged.cleanerFails,
	"indices:data/write/bulk":    privileged.spansWait,
	"indices:data/write/bulk*":   privileged.spansAreRefused,
	"indices:data/write/index":   privileged.spansAreRefused,
	"indices:admin/mapping/put":  privileged.spansAreRefused,
	"indices:data/read/search":   privileged.servicesAreNotTold,
	"indices:data/read/msearch":  privileged.tracesAreNotFound,
}

func TestTheDocumentedRoleIsEnoughAndEachRightOfItIsNeeded(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	p := privileged{s, documentedRole(t)}
	p.may(t, p.role)
	settings := s.With(searchstore.PasswordSecret)
	settings["tracestack:elasticsearch"] = project.With(settings["tracestack:elasticsearch"].(map[string]any), project.Config{"rotation": "rollover"})
	stacktest.Configure(t, s.Stack, settings)
	stacktest.Up(t, s.Stack)
	t.Run("with all of them everything works", p.everythingWorks)
	for _, right := range p.role.rights() {
		t.Run("without "+right, func(t *testing.T) {
			breaks := usedBy[right]
			if breaks == nil {
				t.Fatal("nothing is known to use it")
			}
			p.may(t, p.role.without(right))
			breaks(p, t, right)
		})
	}
	if extra := len(usedBy) - len(p.role.rights()); extra != 0 {
		t.Errorf("%d rights more are tried than the role has", extra)
	}
	p.may(t, p.role)
	t.Run("with all of them everything works again", p.everythingWorks)
}

// privileged is a stack whose user's rights are changed while it runs.
type privileged struct {
	searchstore.Stack
	role role
}

func (p privileged) namespace() string { return p.Stack.Stack.Namespace }

// may gives Jaeger's user other rights. They hold from the next request on.
func (p privileged) may(t *testing.T, r role) {
	t.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	p.Do(t, http.MethodPut, "/_plugins/_security/api/roles/jaeger", string(body))
}

func (p privileged) everythingWorks(t *testing.T) {
	flow := p.Send(t)
	time.Sleep(2 * time.Second)
	p.Stored(t, flow, 5)
	if _, err := p.Jaeger(t).Get(t.Context(), "/api/services"); err != nil {
		t.Error(err)
	}
	for _, job := range []string{"jaeger-first-indices", "jaeger-rollover", "jaeger-index-cleaner"} {
		if said, succeeded := p.run(t, job); !succeeded {
			t.Errorf("%s failed with\n%s", job, said)
		}
	}
}

// refused checks the words in which the lack of a right is told.
func refused(t *testing.T, said, right string) {
	t.Helper()
	if !strings.Contains(said, "no permissions for ["+strings.TrimSuffix(right, "*")) {
		t.Errorf("it does not say that it lacks %s:\n%s", right, said)
	}
}

func (p privileged) firstIndicesFail(t *testing.T, right string) {
	said, succeeded := p.run(t, "jaeger-first-indices")
	if succeeded {
		t.Error("it succeeded")
	}
	if right == "indices:admin/aliases/get" { // The store answers this question without words.
		if !strings.Contains(said, "failed to check if alias exists: request failed, status code: 403") {
			t.Error(said)
		}
		return
	}
	refused(t, said, right)
}

func (p privileged) rolloverFails(t *testing.T, right string) { p.fails(t, "jaeger-rollover", right) }
func (p privileged) cleanerFails(t *testing.T, right string) {
	p.fails(t, "jaeger-index-cleaner", right)
}

func (p privileged) fails(t *testing.T, job, right string) {
	t.Helper()
	said, succeeded := p.run(t, job)
	if succeeded {
		t.Error("it succeeded")
	}
	refused(t, said, right)
}

// run runs a Job of the stack once more, and tells what it said. The first indices are made with another prefix, because
// there is nothing to do otherwise. Indices are old enough for the others at once.
func (p privileged) run(t *testing.T, name string) (said string, succeeded bool) {
	t.Helper()
	jobs := schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	from, path := jobs.GroupVersion().WithResource("cronjobs"), []string{"spec", "jobTemplate", "spec", "template"}
	if name == "jaeger-first-indices" {
		from, path = jobs, []string{"spec", "template"}
	} else {
		p.begin(t) // So that there is an index that may go.
	}
	made, err := kube.Resource(from, p.namespace()).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	template, _, _ := unstructured.NestedMap(made.Object, path...)
	body, err := json.Marshal(template["spec"])
	if err != nil {
		t.Fatal(err)
	}
	another := name + "-" + rand.String(5)
	changed := strings.NewReplacer(`"restartPolicy":"OnFailure"`, `"restartPolicy":"Never"`, `\"max_age\":\"1d\"`, `\"max_age\":\"0s\"`, `"4",`, `"0",`)
	pod := changed.Replace(string(body))
	if name == "jaeger-first-indices" {
		pod = strings.ReplaceAll(pod, "--index-prefix="+searchstore.Prefix, "--index-prefix=jaeger-"+another)
	}
	var spec map[string]any
	if err := json.Unmarshal([]byte(pod), &spec); err != nil {
		t.Fatal(err)
	}
	kube.Create(t, jobs, p.namespace(), map[string]any{
		"apiVersion": "batch/v1", "kind": "Job", "metadata": map[string]any{"name": another},
		"spec": map[string]any{"backoffLimit": int64(0), "template": map[string]any{"spec": spec}},
	})
	wait.For(t, another+" to end", func() error {
		object, err := kube.Resource(jobs, p.namespace()).Get(t.Context(), another, metav1.GetOptions{})
		if err != nil {
			return err
		}
		done, _, _ := unstructured.NestedInt64(object.Object, "status", "succeeded")
		failed, _, _ := unstructured.NestedInt64(object.Object, "status", "failed")
		if succeeded = done > 0; done+failed == 0 {
			return errors.New("it runs")
		}
		return nil
	})
	return kube.Log(t, p.namespace(), "job/"+another), succeeded
}

// begin begins the next index of spans, as the administrator.
func (p privileged) begin(t *testing.T) {
	t.Helper()
	const spans = searchstore.Prefix + "-jaeger-span"
	p.Do(t, http.MethodPost, "/"+spans+"-write/_rollover", "")
	p.Do(t, http.MethodPost, "/_aliases", fmt.Sprintf(`{"actions": [{"add": {"index": "%s-0*", "alias": "%[1]s-read"}}]}`, spans))
}

// send sends a trace of one span, of a service of its own, to indices that have no document yet: what is in one
// has a mapping.
func (p privileged) send(t *testing.T) (service, id string) {
	t.Helper()
	p.begin(t)
	service, trace := project.RandomName(), otlp.NewID(16)
	answer, err := p.Receiver(t).Send(t.Context(), otlp.GRPC, otlp.NewRequest(service, otlp.NewSpans(trace, 1)...))
	if err != nil || !answer.Taken() {
		t.Fatalf("the span is answered %v, %v", answer, err)
	}
	return service, hex.EncodeToString(trace)
}

// spansWait is about a bulk that is refused as a whole: Jaeger says nothing, and sends it again.
func (p privileged) spansWait(t *testing.T, _ string) {
	service, id := p.send(t)
	time.Sleep(5 * time.Second)
	if found := p.Spans(t, service); len(found) > 0 {
		t.Error("it is stored")
	}
	p.may(t, p.role)
	wait.For(t, "the span to be stored", func() error {
		if len(p.Spans(t, service)[id]) == 0 {
			return errors.New("it is not there")
		}
		return nil
	})
}

// spansAreRefused is about the spans in a bulk: Jaeger logs each.
func (p privileged) spansAreRefused(t *testing.T, right string) {
	service, _ := p.send(t)
	wait.For(t, "the refusal of a span", func() error {
		said := kube.Log(t, p.namespace(), "deployment/jaeger-collector", "--since=20s")
		if want := "no permissions for [" + strings.TrimSuffix(right, "*"); !strings.Contains(said, want) {
			return fmt.Errorf("%q is not in\n%s", want, said)
		}
		return nil
	})
	if found := p.Spans(t, service); len(found) > 0 {
		t.Error("it is stored")
	}
}

func (p privileged) servicesAreNotTold(t *testing.T, right string) {
	body, err := p.Jaeger(t).Get(t.Context(), "/api/services")
	refused(t, fmt.Sprintln(string(body), err), right)
}

func (p privileged) tracesAreNotFound(t *testing.T, right string) {
	body, err := p.Jaeger(t).Get(t.Context(), "/api/traces/"+hex.EncodeToString(otlp.NewID(16)))
	refused(t, fmt.Sprintln(string(body), err), right)
}
