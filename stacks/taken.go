package stacks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // What a kubeconfig may name, as for the provider.
	"k8s.io/client-go/rest"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/plan"
	"github.com/tracestack/tracestack/settings"
)

const (
	namespaceKey       = "tracestack:namespace"
	applicationsKey    = "tracestack:applications.namespaces"
	instrumentationKey = "tracestack:instrumentation.namespaces"
)

// askCluster asks the cluster, before anything is registered, about what the stack would make.
//
// What the cluster does not tell is no problem here: the provider reports it.
func askCluster(ctx *pulumi.Context, c config.Config) error {
	objects, err := plan.Objects(ctx.Context(), ctx.Project(), ctx.Stack(), func(ctx *pulumi.Context) error { return Compose(ctx, c) })
	if err != nil {
		return err
	}
	asked, err := newKubeClient(c.Kubernetes)
	if err != nil {
		return nil
	}
	return errors.Join(asked.shared(ctx, c, objects), asked.collectors(ctx, c, objects), asked.instrumentations(ctx, c))
}

// shared asks for each object that the stack would make beside those of others: is it there, and whose is
// it? Server-side apply, the provider's way, would take it over without a word, and destroy would delete it.
// In a namespace that the stack makes nobody else is.
func (k *kubeClient) shared(ctx *pulumi.Context, c config.Config, objects []plan.Object) error {
	objects = slices.DeleteFunc(slices.Clone(objects), func(o plan.Object) bool {
		return o.Namespace == "" || c.CreateNamespace && o.Namespace == c.Namespace
	})
	if len(objects) == 0 {
		return nil
	}
	within, cancel := context.WithTimeout(ctx.Context(), patience)
	defer cancel()
	if err := k.missing(within, c); err != nil {
		return err
	}
	return taken(c, objects, k.owners(within, objects, naming.Stack(ctx.Project(), ctx.Stack())))
}

// missing is a problem for each namespace that is not there and that the stack does not make.
func (k *kubeClient) missing(ctx context.Context, c config.Config) error {
	var problems []error
	must := func(path, namespace, rule string) {
		if k.get(ctx, "api/v1/namespaces/"+namespace).status == http.StatusNotFound {
			problems = append(problems, settings.Problem{Path: path, Value: namespace, Rule: rule})
		}
	}
	if !c.CreateNamespace {
		must(namespaceKey, c.Namespace, "must exist, as createNamespace is false: make it first, or leave createNamespace out")
	}
	for key, namespaces := range map[string][]string{
		applicationsKey: c.Applications.Namespaces, instrumentationKey: c.Instrumentation.Namespaces,
	} {
		for i, namespace := range namespaces {
			if namespace != c.Namespace {
				must(fmt.Sprintf("%s[%d]", key, i), namespace, "must exist: make it first, or leave it out")
			}
		}
	}
	return errors.Join(problems...)
}

// taken is a problem for each namespace in which somebody has what the stack would make.
func taken(c config.Config, objects []plan.Object, owners []string) error {
	type group struct{ namespace, owner string }
	groups := map[group][]string{}
	for i, object := range objects {
		if g := (group{object.Namespace, owners[i]}); g.owner != "" {
			groups[g] = append(groups[g], object.Kind+" "+object.Namespace+"/"+object.Name)
		}
	}
	var problems []error
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return strings.Compare(a.namespace+" "+a.owner, b.namespace+" "+b.owner)
	}) {
		slices.Sort(groups[g])
		problems = append(problems, settings.Problem{
			Path: keyOf(c, g.namespace), Value: g.namespace,
			Rule: fmt.Sprintf("must not have what the stack would make and %s has: %s; it would be taken over, and deleted by destroy", g.owner, strings.Join(groups[g], ", ")),
		})
	}
	return errors.Join(problems...)
}

// keyOf is the key that chose a namespace.
func keyOf(c config.Config, namespace string) string {
	switch {
	case namespace == c.Namespace:
		return namespaceKey
	case namespace == c.Grafana.Namespace:
		return "tracestack:grafana.namespace"
	case slices.Contains(c.Applications.Namespaces, namespace):
		return applicationsKey
	case slices.Contains(c.Instrumentation.Namespaces, namespace):
		return instrumentationKey
	}
	return "tracestack:prometheus.namespace"
}

// kubeClient asks the cluster's API as the provider does, and changes nothing there.
type kubeClient struct {
	client *http.Client
	api    *url.URL
}

func newKubeClient(k config.Kubernetes) (*kubeClient, error) {
	reached, err := clientConfig(k)
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(reached)
	if err != nil {
		return nil, err
	}
	api, _, err := rest.DefaultServerUrlFor(reached)
	return &kubeClient{client, api}, err
}

// owners tells of each object who has it; empty where nobody does, or this stack.
func (k *kubeClient) owners(ctx context.Context, objects []plan.Object, stack string) []string {
	const atOnce = 8
	owners := make([]string, len(objects))
	var asking errgroup.Group
	asking.SetLimit(atOnce)
	for i, object := range objects {
		asking.Go(func() error {
			owners[i] = k.get(ctx, pathOf(object)).owner(stack)
			return nil
		})
	}
	asking.Wait() // None of them gives an error.
	return owners
}

// pathOf is where the API has an object. Every kind here has a plural of the ordinary form.
func pathOf(o plan.Object) string {
	version := schema.FromAPIVersionAndKind(o.APIVersion, o.Kind)
	plural, _ := meta.UnsafeGuessKindToResource(version)
	root := "apis"
	if plural.Group == "" {
		root = "api"
	}
	return strings.Join([]string{root, o.APIVersion, "namespaces", o.Namespace, plural.Resource, o.Name}, "/")
}

// kubeAnswer is the metadata of an object; none unless the status is 200.
type kubeAnswer struct {
	status   int
	Metadata struct{ Labels, Annotations map[string]string }
}

// get asks for the metadata alone: what is in a Secret is not sent.
func (k *kubeClient) get(ctx context.Context, path string) (answer kubeAnswer) {
	answer.status = k.ask(ctx, http.MethodGet, path, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", nil, &answer)
	return answer
}

// ask gives the status of an answer; 0 where none came that can be read.
func (k *kubeClient) ask(ctx context.Context, method, path, accept string, body []byte, answer any) int {
	path, query, _ := strings.Cut(path, "?")
	address := k.api.JoinPath(path)
	address.RawQuery = query
	request, err := http.NewRequestWithContext(ctx, method, address.String(), bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Content-Type", "application/json")
	response, err := k.client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	const longest = 16 << 20 // A definition may have all that a pod can have, several times.
	if err := json.NewDecoder(io.LimitReader(response.Body, longest)).Decode(answer); err != nil {
		return 0
	}
	return response.StatusCode
}

// owner is who has the object, if not the stack. An object of the program's without the annotation is
// from before there was one, and taken for the stack's own.
func (a kubeAnswer) owner(stack string) string {
	annotated, manager := a.Metadata.Annotations[naming.StackAnnotation], a.Metadata.Labels["app.kubernetes.io/managed-by"]
	switch {
	case a.status != http.StatusOK, annotated == stack:
		return ""
	case annotated != "":
		return "stack " + annotated
	case a.Metadata.Labels[naming.PartOfLabel] == naming.PartOf:
		return ""
	case manager != "":
		return "somebody else, by " + manager + ","
	}
	return "somebody else"
}
