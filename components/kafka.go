package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// KafkaArgs are a Kafka as a JaegerStack takes one.
type KafkaArgs struct {
	settings.Kafka
	SignIn
}

// Rules across the fields. Those of what is embedded are asked by themselves.
func (a *KafkaArgs) Rules(l spec.Look) { a.CheckChosen(l) }

// checkKafka holds Kafka to the rest of a JaegerStack.
func (a *JaegerStackArgs) checkKafka(l spec.Look) {
	switch {
	case a.Kafka == nil:
		a.CheckNoIngester(l)
	case a.elsewhere() == nil:
		l.Refuse("kafka", spec.NotShown, "must not be given without store, cassandra or remoteStorage: it is in front of one")
	default:
		a.Kafka.CheckIngesters(l, "ingester", "kafka.partitions", a.Ingester)
	}
}

// buffered are the roles on both sides of Kafka: what takes spans, and what writes them to the store.
func (a JaegerStackArgs) buffered(ctx *pulumi.Context, parent pulumi.Resource, name string, store jaeger.Store) ([]kube.Role, error) {
	buffer := a.Kafka.renderer()
	buffer.Sampling = a.sampling()
	taking, err := buffer.Collector()
	if err != nil {
		return nil, err
	}
	writing, err := buffer.Ingester(store)
	if err != nil {
		return nil, err
	}
	collector, err := a.collector(name, taking)
	if err != nil {
		return nil, err
	}
	ingester := a.role(naming.JaegerIngester(name), "ingester", kube.NewConfig(writing.Name, pulumi.ToOutput(writing)), a.Ingester.Resources)
	ingester.Runner, ingester.Autoscaling = kube.Deployment{Replicas: a.Ingester.Replicas}, a.Ingester.Autoscaling
	ingester.Services = []kube.Service{monitoring(naming.JaegerIngesterMonitoringService(name))}
	roles := []kube.Role{collector, ingester}
	own, err := a.credential(ctx, parent, name, a.Kafka.access())
	if err != nil {
		return nil, err
	}
	for i := range roles {
		a.Kafka.access().certify(&roles[i])
		own.inVariable(&roles[i], jaeger.KafkaPasswordVariable)
	}
	return roles, nil
}

func (k KafkaArgs) renderer() jaeger.Kafka {
	return jaeger.Kafka{
		Brokers: k.Brokers, Topic: k.Topic, Encoding: string(k.Encoding), MaxMessageBytes: k.MaxMessageBytes,
		User: k.User, Mechanism: string(k.Mechanism),
		TLS: k.TLS, CA: k.CASecret != "", ClientCert: k.ClientCertSecret != "",
	}
}

func (k KafkaArgs) access() access {
	return access{
		of: "kafka", files: jaeger.KafkaFiles, caSecret: k.CASecret, clientCertSecret: k.ClientCertSecret,
		user: k.User, SignIn: k.SignIn,
	}
}
