// Package cluster is what the lab knows of the cluster that its node serves: when it is ready, its
// DNS, and the way to a Service's HTTP port. All of it goes through the API server, so the part
// that reaches Services works on any cluster that a kubeconfig names.
package cluster

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

// FieldManager is the name under which the lab applies objects.
const FieldManager = "tracestack-lab"

// Cluster reaches one Kubernetes API server.
type Cluster struct {
	config *rest.Config
	client dynamic.Interface
	http   *http.Client
	// patience is how long each wait may take.
	patience time.Duration
}

// Connect reads a kubeconfig; an empty context means the file's current one. It dials nothing.
func Connect(kubeconfig, kubecontext string) (*Cluster, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig},
		&clientcmd.ConfigOverrides{CurrentContext: kubecontext},
	).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("kubeconfig %s: %w", kubeconfig, err)
	}
	// A handful of readers on one machine: the client's own throttle would only make them wait.
	config.QPS, config.Burst = 200, 400
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return &Cluster{config, client, httpClient, 2 * time.Minute}, nil
}

// Resource is the client of one resource, in one namespace or, with "", in none.
func (c *Cluster) Resource(gvr schema.GroupVersionResource, namespace string) dynamic.ResourceInterface {
	if namespace == "" {
		return c.client.Resource(gvr)
	}
	return c.client.Resource(gvr).Namespace(namespace)
}

// Core is a resource of the core group.
func Core(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: resource}
}

// Apps is a resource of the apps group.
func Apps(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: resource}
}

// Parse takes YAML documents apart; those with nothing in them are left out.
func Parse(documents string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, document := range strings.Split(documents, "\n---\n") {
		var object unstructured.Unstructured
		if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
			return nil, err
		}
		if len(object.Object) > 0 {
			objects = append(objects, &object)
		}
	}
	return objects, nil
}

// Apply applies YAML documents, server-side, in the order in which they stand.
func (c *Cluster) Apply(ctx context.Context, documents string) error {
	objects, err := Parse(documents)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := c.apply(ctx, object); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) apply(ctx context.Context, object *unstructured.Unstructured) error {
	gvr, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
	_, err := c.Resource(gvr, object.GetNamespace()).Apply(ctx, object.GetName(), object,
		metav1.ApplyOptions{FieldManager: FieldManager, Force: true})
	if err != nil {
		return fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}

// ServiceIP is a Service's address in the cluster's network.
func (c *Cluster) ServiceIP(ctx context.Context, namespace, name string) (string, error) {
	service, err := c.Resource(Core("services"), namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	ip, _, err := unstructured.NestedString(service.Object, "spec", "clusterIP")
	return ip, err
}

//go:embed dns.yaml
var dns string

// SetUp brings a fresh cluster to the point where pods run and find one another by name. It gives
// up with ctx, which the caller ends when the node does: its addresses lead elsewhere then.
func (c *Cluster) SetUp(ctx context.Context, dnsImage, dnsAddress string) error {
	// An API server that has just started refuses some objects until its own are there: the
	// namespace, the range of Service addresses.
	if err := c.until(ctx, "the API server to take the cluster's DNS", func() error {
		return c.Apply(ctx, strings.NewReplacer("$(IMAGE)", dnsImage, "$(ADDRESS)", dnsAddress).Replace(dns))
	}); err != nil {
		return err
	}
	if err := c.until(ctx, "the node to be ready", c.nodeReady(ctx)); err != nil {
		return err
	}
	return c.until(ctx, "the cluster's DNS to run", func() error {
		d, err := c.Resource(Apps("deployments"), "kube-system").Get(ctx, "coredns", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if ready, _, _ := unstructured.NestedInt64(d.Object, "status", "readyReplicas"); ready == 0 {
			return fmt.Errorf("deployment coredns has no ready pod")
		}
		return nil
	})
}

func (c *Cluster) nodeReady(ctx context.Context) func() error {
	return func() error {
		nodes, err := c.Resource(Core("nodes"), "").List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, node := range nodes.Items {
			conditions, _, _ := unstructured.NestedSlice(node.Object, "status", "conditions")
			for _, entry := range conditions {
				condition, ok := entry.(map[string]any)
				if ok && condition["type"] == "Ready" && condition["status"] == "True" {
					return nil
				}
				if ok && condition["type"] == "Ready" {
					err = fmt.Errorf("node %s: %v", node.GetName(), condition["message"])
				}
			}
		}
		if err == nil {
			err = fmt.Errorf("no node has registered")
		}
		return err
	}
}

// until polls, and says what was seen last where it waited in vain.
func (c *Cluster) until(ctx context.Context, what string, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s; last seen: %w; %w", what, err, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}
