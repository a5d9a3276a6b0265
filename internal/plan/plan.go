// Package plan finds out which Kubernetes objects a Pulumi program would make, by running it where
// nothing is made: no engine, no provider, no cluster.
package plan

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Object is one that a program would make.
type Object struct {
	APIVersion, Kind, Namespace, Name string
	Body                              map[string]any // all of it, as the API takes it
}

// Objects runs a program and gives the objects that it would make. What a provider makes up is empty
// here, and what is read has an empty spec: a name with a hash of either is one that nobody has.
func Objects(ctx context.Context, project, stack string, program pulumi.RunFunc) ([]Object, error) {
	r := &recorder{}
	run, err := pulumi.NewContext(ctx, pulumi.RunInfo{Project: project, Stack: stack, Mocks: r})
	if err != nil {
		return nil, err
	}
	defer run.Close()
	err = pulumi.RunWithContext(run, program)
	return r.objects, err
}

type recorder struct {
	lock    sync.Mutex
	objects []Object
}

// NewResource takes what is registered. What is read is somebody else's.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.RegisterRPC == nil {
		return args.ID, resource.NewPropertyMapFromMap(map[string]any{"spec": map[string]any{}}), nil
	}
	if object, ok := objectOf(args); ok {
		r.lock.Lock()
		defer r.lock.Unlock()
		r.objects = append(r.objects, object)
	}
	return args.Name, args.Inputs, nil
}

// objectOf is the object of a resource, unless it is none or a part of somebody else's.
func objectOf(args pulumi.MockResourceArgs) (Object, bool) {
	if !strings.HasPrefix(args.TypeToken, "kubernetes:") || strings.HasSuffix(args.TypeToken, "Patch") {
		return Object{}, false
	}
	metadata := args.Inputs["metadata"]
	if !metadata.IsObject() {
		return Object{}, false
	}
	text := func(of resource.PropertyMap, key resource.PropertyKey) string {
		if value := of[key]; value.IsString() {
			return value.StringValue()
		}
		return ""
	}
	object := Object{
		APIVersion: text(args.Inputs, "apiVersion"), Kind: text(args.Inputs, "kind"),
		Namespace: text(metadata.ObjectValue(), "namespace"), Name: text(metadata.ObjectValue(), "name"),
		Body: args.Inputs.Mappable(),
	}
	return object, object.Name != ""
}

// Call answers nothing: a program that asks a provider cannot be run here.
func (*recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, fmt.Errorf("plan: the program calls %s, which nothing here can answer", args.Token)
}
