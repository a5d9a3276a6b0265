package stacks_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

func TestTheContextMustBeInTheKubeconfig(t *testing.T) {
	run := func(t *testing.T, values map[string]string, kubeconfig func()) (pulumitest.Graph, error) {
		return pulumitest.Run(t, values, nil, func(ctx *pulumi.Context) error {
			kubeconfig()
			return stacks.Run(ctx)
		})
	}
	for name, c := range map[string]struct {
		values     map[string]string
		kubeconfig func(t *testing.T)
		want       []string
	}{
		"another context is refused with those that there are": {
			map[string]string{"kubernetes:context": "kind-dve"},
			func(t *testing.T) { pulumitest.SetContext(t, "kind-dev") },
			[]string{"kubernetes:context: kind-dve: must be a context of the kubeconfig", ": kind-dev"},
		},
		"a kubeconfig that is not there is refused by name": {
			map[string]string{"kubernetes:context": "kind-dev"},
			func(t *testing.T) { t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "absent")) },
			[]string{"kubernetes:context: kind-dev", "absent), which has none"},
		},
		"it is reported with the configuration's other problems": {
			map[string]string{"kubernetes:context": "kind-dve", "tracestack:profile": "tset"},
			func(t *testing.T) { pulumitest.SetContext(t, "kind-dev") },
			[]string{"2 things to correct", "kubernetes:context: kind-dve", "tracestack:profile: tset"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			graph, err := run(t, c.values, func() { c.kubeconfig(t) })
			refusedWith(t, graph, err, c.want)
		})
	}
	t.Run("a kubeconfig in the configuration is the provider's to read", func(t *testing.T) {
		_, err := run(t, map[string]string{"kubernetes:context": "there", "kubernetes:kubeconfig": "/a/kubeconfig"},
			func() { pulumitest.SetContext(t, "here") })
		if err != nil {
			t.Error(err)
		}
	})
}
