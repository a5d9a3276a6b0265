package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
)

func TestEveryPlaceOfTheConfigurationIsDescribed(t *testing.T) {
	var keys []string
	var walk func(all []spec.Described)
	walk = func(all []spec.Described) {
		for _, s := range all {
			if s.Kind == "" || s.Doc == "" || !strings.HasSuffix(s.Doc, ".") {
				t.Errorf("%s of kind %q is described as %q", s.Path, s.Kind, s.Doc)
			}
			if s.See != "" && !strings.HasPrefix(s.See, "https://") {
				t.Errorf("%s sees %q", s.Path, s.See)
			}
			if s.Kind == spec.Whole && s.Min >= s.Max {
				t.Errorf("%s is between %d and %d", s.Path, s.Min, s.Max)
			}
			walk(s.Inner)
		}
	}
	all := config.Describe()
	walk(all)
	for _, s := range all {
		keys = append(keys, s.Name)
	}
	slices.Sort(keys)
	if !slices.Equal(keys, config.Keys()) {
		t.Errorf("described are %v, decoded are %v", keys, config.Keys())
	}
}

func TestADefaultIsSharedOnlyWhereNoProfileHasAnother(t *testing.T) {
	shared := map[string]any{}
	for _, s := range config.Describe() {
		shared[s.Name] = s.Shared()
	}
	for name, want := range map[string]any{
		"tracestack:profile": "dev", "tracestack:size": nil, "tracestack:createNamespace": true,
		"tracestack:namespace": "opentelemetry", "tracestack:elasticsearchPassword": nil, "kubernetes:context": nil,
	} {
		if shared[name] != want {
			t.Errorf("%s has the default %v in every profile, want %v", name, shared[name], want)
		}
	}
}
