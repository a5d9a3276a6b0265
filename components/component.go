// Package components holds the component resources, a library of their own: any Pulumi program
// may use one alone. They validate their Args themselves, read no configuration and construct no
// provider: the one in effect is the caller's.
package components

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// settle fills in what was left out of the Args and holds everything to its rules. The error has every
// problem; then nothing is registered.
func settle(component, name string, args any) error {
	var own error
	if rule := spec.FormatNamed("name"); !rule.Holds(name) {
		own = settings.Problem{Path: "name", Value: spec.Shown(name), Rule: rule.Rule}
	}
	return refuse(component, name, own, settings.Complete(args))
}

// refuse names the component in front of all problems, or is nil without one.
func refuse(component, name string, problems ...error) error {
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s %q: %w", component, name, err)
	}
	return nil
}

// inputs are what a component records of its Args, by the names in their tags.
func inputs(args any) pulumi.Map { return inputsOf(reflect.ValueOf(args).Elem()) }

func inputsOf(args reflect.Value) pulumi.Map {
	all := pulumi.Map{}
	for _, f := range spec.Fields(args.Type()) {
		field := f.Of(args)
		if field.IsZero() {
			continue
		}
		input := inputOf(field)
		if inner, ok := input.(pulumi.Map); !ok || len(inner) > 0 {
			all[f.Name] = input
		}
	}
	return all
}

func inputOf(value reflect.Value) pulumi.Input {
	if inner, ok := spec.Inside(value); ok {
		return inputsOf(inner)
	}
	if input, ok := value.Interface().(pulumi.Input); ok {
		return input
	}
	if value.Kind() != reflect.Slice {
		return pulumi.Any(render.PlainValue(value.Interface()))
	}
	list := pulumi.Array{}
	for i := range value.Len() {
		list = append(list, inputOf(value.Index(i)))
	}
	return list
}

// orDefault fills in what was left out.
func orDefault[T comparable](value, otherwise T) T {
	var absent T
	if value == absent {
		return otherwise
	}
	return value
}

// at is the address of a port of a Service in the namespace.
func at(namespace pulumi.StringInput, service string, port naming.Port, path string) pulumi.StringOutput {
	return namespace.ToStringOutput().ApplyT(func(ns string) string {
		return naming.At(service, ns, port).Below(path).String()
	}).(pulumi.StringOutput)
}

// whenReady is an address, or several, that are known at once, also in a preview, but that are handed on
// only when what answers there is ready: whoever uses it is created afterwards.
func whenReady[O pulumi.Output](ctx *pulumi.Context, address O, behind ...pulumi.Resource) O {
	return pulumi.OutputWithDependencies(ctx.Context(), address, behind...).(O)
}
