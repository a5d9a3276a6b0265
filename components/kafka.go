package components

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
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
	Password       pulumi.StringInput  `pulumi:"password,optional" doc:"The password of the user, for which a Secret is made." rule:"must not be given with passwordSecret"`
	PasswordSecret *settings.SecretKey `pulumi:"passwordSecret,optional" doc:"The password of the user, in a Secret of the namespace." rule:"must be given with a user, or a password; must not be given with password"`
}

// Rules across the fields. Those of the embedded settings are asked by themselves.
func (a *KafkaArgs) Rules(l spec.Look) {
	a.CheckChosen(l)
	checkPassword(l, a.Password)
}

// seal makes a secret of a password that came in plain, before anything is recorded of it.
func (a *KafkaArgs) seal() {
	if a != nil {
		a.Password = sealed(a.Password)
	}
}

// checkKafka holds Kafka to the rest of a JaegerStack.
func (a *JaegerStackArgs) checkKafka(l spec.Look) {
	switch {
	case a.Kafka == nil:
		a.CheckNoIngester(l)
	case a.Store == nil:
		l.Refuse("kafka", spec.NotShown, "must not be given without store: it is in front of a search store")
	default:
		a.Kafka.CheckIngesters(l, "ingester", "kafka.partitions", a.Ingester)
	}
}

// buffered are the roles on both sides of Kafka: what takes spans, and what writes them to the store.
func (a JaegerStackArgs) buffered(ctx *pulumi.Context, parent pulumi.Resource, name string) ([]kube.Role, error) {
	buffer := a.Kafka.renderer()
	taking, err := buffer.Collector()
	if err != nil {
		return nil, err
	}
	writing, err := buffer.Ingester(a.searchStore())
	if err != nil {
		return nil, err
	}
	ingester := a.role(naming.JaegerIngester(name), "ingester", kube.NewConfig(writing.Name, pulumi.ToOutput(writing)), a.Ingester.Resources)
	ingester.Runner, ingester.Autoscaling = kube.Deployment{Replicas: a.Ingester.Replicas}, a.Ingester.Autoscaling
	ingester.Services = []kube.Service{monitoring(naming.JaegerIngesterMonitoringService(name))}
	roles := []kube.Role{a.collector(name, taking), ingester}
	return roles, a.reachKafka(ctx, parent, name, roles)
}

func (k KafkaArgs) renderer() jaeger.Kafka {
	return jaeger.Kafka{
		Brokers: k.Brokers, Topic: k.Topic, Encoding: string(k.Encoding), MaxMessageBytes: k.MaxMessageBytes,
		User: k.User, Mechanism: string(k.Mechanism),
		TLS: k.TLS, CA: k.CASecret != "", ClientCert: k.ClientCertSecret != "",
	}
}

// reachKafka lets the pods of roles see what lets them into Kafka. One that cannot start says why in its last
// words.
func (a JaegerStackArgs) reachKafka(ctx *pulumi.Context, parent pulumi.Resource, name string, roles []kube.Role) error {
	access, err := a.credential(ctx, parent, name, "kafka", a.Kafka.User, a.Kafka.Password, a.Kafka.PasswordSecret)
	if err != nil {
		return err
	}
	for i := range roles {
		pod := &roles[i].Pod
		pod.Containers[0].Tells = true
		if access != nil {
			pod.Containers[0].Env = corev1.EnvVarArray{kube.Variable(jaeger.KafkaPasswordVariable, access.secret, access.entry)}
			pod.Revision = access.revision // It is read only when a pod starts.
		}
		if a.Kafka.CASecret != "" {
			pod.Secrets = append(pod.Secrets, secretFile("kafka-ca", pulumi.String(a.Kafka.CASecret), "ca.crt", jaeger.KafkaCAFile))
		}
		if a.Kafka.ClientCertSecret != "" {
			pod.Secrets = append(pod.Secrets, clientCert("kafka-client", a.Kafka.ClientCertSecret, jaeger.KafkaCertFile, jaeger.KafkaKeyFile))
		}
	}
	return nil
}
