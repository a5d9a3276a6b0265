package main

import (
	"context"
	"errors"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/internal/render/tempo"
	"github.com/tracestack/tracestack/lab/cluster"
)

// values are those of Tempo's that the two sides may differ in, and that what is measured depends on.
type values struct {
	Ingester struct {
		TraceIdle       metav1.Duration `json:"trace_idle_period"`
		FlushCheck      metav1.Duration `json:"flush_check_period"`
		BlockDuration   metav1.Duration `json:"max_block_duration"`
		FlushOnShutdown bool            `json:"flush_all_on_shutdown"`
	} `json:"ingester"`
	Overrides struct {
		Defaults struct {
			MetricsGenerator struct {
				Processors []string `json:"processors"`
			} `json:"metrics_generator"`
		} `json:"defaults"`
	} `json:"overrides"`
}

// tempoDefaults are Tempo 2.9's own (modules/ingester/config.go).
func tempoDefaults() values {
	var v values
	v.Ingester.TraceIdle.Duration = 5 * time.Second
	v.Ingester.FlushCheck.Duration = 10 * time.Second
	v.Ingester.BlockDuration.Duration = 30 * time.Minute
	return v
}

// blocksPerHour is how many are cut, by the ingester and, where it runs, by local-blocks.
func (v values) blocksPerHour() float64 {
	blocks := float64(time.Hour) / float64(v.Ingester.BlockDuration.Duration)
	if slices.Contains(v.processors(), "local-blocks") {
		blocks *= 2
	}
	return blocks
}

func (v values) processors() []string { return v.Overrides.Defaults.MetricsGenerator.Processors }

// valuesIn are those of a configuration file.
func valuesIn(file string) (values, error) {
	v := tempoDefaults()
	err := yaml.Unmarshal([]byte(file), &v)
	return v, err
}

// valuesOf reads the file that the Tempo of a namespace has.
func (b *bench) valuesOf(ctx context.Context, namespace string) (values, error) {
	maps, err := b.lab.Cluster.Resource(cluster.Core("configmaps"), namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return values{}, err
	}
	for _, one := range maps.Items {
		if file, is, _ := unstructured.NestedString(one.Object, "data", tempo.FileName); is {
			return valuesIn(file)
		}
	}
	return values{}, errors.New("namespace " + namespace + " has no configuration of Tempo")
}
