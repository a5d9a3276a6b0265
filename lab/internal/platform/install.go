package platform

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/build"
)

// Install brings a service up, or finds that it is. It waits a bounded time, and says what is not
// ready where that passes.
func (s Service) Install(ctx context.Context, c *cluster.Cluster, definitions []Definitions) error {
	for _, d := range definitions {
		if err := c.Define(ctx, d.objects); err != nil {
			return fmt.Errorf("definitions of %s: %w", d.Module.Path, err)
		}
	}
	objects, err := s.objects()
	if err != nil {
		return err
	}
	if err := s.generate(ctx, c, objects); err != nil {
		return err
	}
	if err := c.Install(ctx, objects); err != nil {
		return err
	}
	return c.WaitReady(ctx, s.Ready...)
}

// Definitions are a module's definitions of custom resources, and where they come from.
type Definitions struct {
	build.Module
	Licence string
	objects []*unstructured.Unstructured
}

// Load reads the service's definitions of custom resources out of their modules.
func (s Service) Load(ctx context.Context, labDir string) ([]Definitions, error) {
	var all []Definitions
	for _, crds := range s.CRDs {
		module, err := build.LoadModule(ctx, labDir, crds.Group, crds.Module)
		if err != nil {
			return nil, err
		}
		objects, err := crds.in(module.Dir)
		if err != nil {
			return nil, fmt.Errorf("definitions of %s: %w", crds.Module, err)
		}
		all = append(all, Definitions{module, crds.Licence, objects})
	}
	return all, nil
}

// in reads the definitions in a module's folder.
func (crds CRDs) in(dir string) ([]*unstructured.Unstructured, error) {
	path := filepath.Join(dir, crds.Path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.y*ml")); err != nil {
			return nil, err
		}
	}
	var found []*unstructured.Unstructured
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		objects, err := cluster.Parse(string(body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		for _, object := range objects {
			if object.GetKind() == cluster.CRD {
				found = append(found, object)
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds none", crds.Path)
	}
	return found, nil
}

// Every service's folder.
//
//go:embed */*.yaml
var manifests embed.FS

// objects are the service's own.
func (s Service) objects() ([]*unstructured.Unstructured, error) {
	files, err := fs.Glob(manifests, s.Name+"/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, file := range files {
		body, err := manifests.ReadFile(file)
		if err != nil {
			return nil, err
		}
		objects, err := cluster.Parse(string(body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, objects...)
	}
	return all, nil
}
