package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/internal/render/tempo"
	"github.com/tracestack/tracestack/lab/cluster"
)

//go:embed article.yaml
var articleValues string

// articleUp makes the article's Tempo beside a stack's: the same pods with the same limits, in a namespace
// and on a bucket of their own, which have the same name.
func (b *bench) articleUp(ctx context.Context, s *project.Stack, store *minio.Client, root project.MinIO, name string) error {
	if err := store.MakeBucket(ctx, name, minio.MakeBucketOptions{}); err != nil {
		return fmt.Errorf("bucket %s: %w", name, err)
	}
	resources, err := s.Resources(ctx)
	if err != nil {
		return err
	}
	objects, err := articleObjects(resources, s.Namespace, name, root)
	if err != nil {
		return err
	}
	if err := b.lab.Cluster.Install(ctx, objects); err != nil {
		return err
	}
	return b.lab.Cluster.WaitReady(ctx, tempoIn(name), cluster.Workload{Kind: "Deployment", Namespace: name, Name: "prometheus"})
}

// articleObjects are a stack's, but for the configuration of Tempo and the keys of its bucket.
func articleObjects(resources []apitype.ResourceV3, from, to string, root project.MinIO) ([]*unstructured.Unstructured, error) {
	isSecret := func(r apitype.ResourceV3) bool { return r.Type == "kubernetes:core/v1:Secret" }
	at := slices.IndexFunc(resources, isSecret)
	if at < 0 {
		return nil, errors.New("the stack has no Secret with the keys of its bucket")
	}
	secret, _, err := unstructured.NestedString(resources[at].Inputs, "metadata", "name")
	if err != nil {
		return nil, err
	}
	documents, err := project.Objects(slices.DeleteFunc(slices.Clone(resources), isSecret), from, to)
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Parse(documents)
	if err != nil {
		return nil, err
	}
	if err := configureAsArticle(objects, to); err != nil {
		return nil, err
	}
	return slices.Insert(objects, 1, keys(to, secret, root)), nil // Behind the namespace.
}

func configureAsArticle(objects []*unstructured.Unstructured, namespace string) error {
	for _, object := range objects {
		if _, is, _ := unstructured.NestedString(object.Object, "data", tempo.FileName); is {
			return unstructured.SetNestedField(object.Object, articleFile(namespace), "data", tempo.FileName)
		}
	}
	return errors.New("the stack has no ConfigMap with the configuration of Tempo")
}

func articleFile(namespace string) string {
	return strings.ReplaceAll(articleValues, "$(NAMESPACE)", namespace)
}

func keys(namespace, name string, root project.MinIO) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata":   map[string]any{"namespace": namespace, "name": name},
		"stringData": map[string]any{"access_key_id": root.User, "access_key_secret": root.Password},
	}}
}

// articleGone removes what articleUp made, also where it got only half way.
func (b *bench) articleGone(ctx context.Context, store *minio.Client, name string) error {
	return errors.Join(b.removeIfThere(ctx, name), removeBucket(ctx, store, name))
}
