package config_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

// FuzzLoad gives each key any text, as a secret and in plain. Nothing may panic; what is refused
// has path, value and rule on one line each; what is accepted is within its bounds.
func FuzzLoad(f *testing.F) {
	for _, c := range refusals {
		for name, value := range c.given {
			f.Add(name, value, false)
		}
	}
	for _, name := range config.Keys() {
		f.Add(name, "", true)
		f.Add(name, "{}", false)
		f.Add(name, `{"replicas":1,"maxTraces":10,"managedBy":"deployment"}`, false)
	}
	f.Fuzz(func(t *testing.T, name, value string, secret bool) {
		given := raw(map[string]string{name: value})
		given.Secret[name] = secret
		c, err := config.Load(given)
		if err == nil {
			if c.Collector.Replicas < 1 || c.Jaeger.MaxTraces < 1 || c.Namespace == "" {
				t.Errorf("%q: %q is accepted as %+v", name, value, c)
			}
			return
		}
		if len(config.Problems(err)) == 0 {
			t.Fatalf("%q: %q is refused without a problem: %v", name, value, err)
		}
		for _, problem := range config.Problems(err) {
			if problem.Value == "" || problem.Rule == "" || strings.Contains(problem.Error(), "\n") {
				t.Errorf("%q: %q is refused with %+v", name, value, problem)
			}
		}
	})
}
