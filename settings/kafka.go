package settings

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// Kafka stands between what takes spans and what writes them to a store, and how pods reach it.
type Kafka struct {
	Brokers         []string       `json:"brokers,omitempty" pulumi:"brokers,optional" doc:"Some of its brokers, such as kafka.kafka.svc:9092. They are asked for all the others, which pods must reach too." rule:"must be given with anything else of Kafka; must have at least one address; each must be host:port without credentials; must be named once"`
	Topic           string         `json:"topic,omitempty" pulumi:"topic,optional" format:"topic" default:"jaeger-spans" doc:"The topic of the spans, of this stack alone. Where there is none, it depends on the brokers' auto.create.topics.enable whether they make one, and with how many partitions. Another topic is another, empty one: what is still in the first stays there unread."`
	Partitions      int            `json:"partitions,omitempty" pulumi:"partitions,optional" min:"1" max:"10000" default:"1" doc:"How many partitions the topic has. Nothing is made of it: it is the most ingesters that have something to do."`
	Encoding        KafkaEncoding  `json:"encoding,omitempty" pulumi:"encoding,optional" default:"otlp_proto" doc:"How spans are written in the topic. With otlp_proto and otlp_json a message has many spans; with jaeger_proto and jaeger_json, Jaeger's own of before, it has one. What the topic has in another encoding is not read: it is logged, counted and left out."`
	MaxMessageBytes int            `json:"maxMessageBytes,omitempty" pulumi:"maxMessageBytes,optional" min:"100000" max:"16777216" default:"1000000" doc:"The most that a message may have, before it is compressed. It must not be more than the topic's max.message.bytes. Spans are divided among messages so that each is smaller. A span that alone is larger is refused for good, and whoever sent it sends it again for ever; Jaeger takes spans of up to 4 MiB from the Collector."`
	User            string         `json:"user,omitempty" pulumi:"user,optional" format:"notEmpty" doc:"The user that Jaeger signs in as, by SASL. docs/jaeger.md has the rights that it needs." rule:"must be given with a password, and not without one"`
	Mechanism       KafkaMechanism `json:"mechanism,omitempty" pulumi:"mechanism,optional" default:"SCRAM-SHA-512" doc:"How the user shows that it has the password." rule:"must not be given without user"`
	Certificates
}

// Rules across the fields.
func (k *Kafka) Rules(l spec.Look) {
	k.checkBrokers(l)
	if l.GivenSound("mechanism") && !l.Given("user") && l.Sound("user") {
		l.Refuse("mechanism", string(k.Mechanism), "must not be given without user")
	}
}

// checkBrokers shows none of them: what is no address may hold a password all the same.
func (k *Kafka) checkBrokers(l spec.Look) {
	if !l.GivenSound("brokers") {
		return
	}
	if len(k.Brokers) == 0 {
		l.Refuse("brokers", "[]", "must have at least one address")
	}
	for i, broker := range k.Brokers {
		name := fmt.Sprintf("brokers[%d]", i)
		switch {
		case !l.Sound(name):
		case strings.Contains(broker, "@"):
			l.Refuse(name, spec.NotShown, "must not hold credentials: they are user and a password")
		case !isBroker(broker):
			l.Refuse(name, spec.NotShown, "must be host:port without a scheme, such as kafka.kafka.svc:9092")
		case slices.Contains(k.Brokers[:i], broker):
			l.Refuse(name, spec.NotShown, "must be named once")
		}
	}
}

// isBroker leaves out what has a port and no host, which a client takes for its own machine.
func isBroker(text string) bool {
	host, _, err := net.SplitHostPort(text)
	return err == nil && host != "" && naming.IsHostPort(text)
}

// Read is what Jaeger reads of it: who does not sign in has no mechanism.
func (k Kafka) Read() Kafka {
	if k.User == "" {
		k.Mechanism = ""
	}
	return k
}

// CheckChosen asks for what no Kafka that is used can do without.
func (k *Kafka) CheckChosen(l spec.Look) {
	if !l.Given("brokers") && l.Sound("", "brokers") {
		l.Refuse("brokers", spec.NotSet, "must be given")
	}
}

// CheckIngesters refuses pods that no partition is left for. The names are those of what is held against each
// other.
func (k *Kafka) CheckIngesters(l spec.Look, ingester, partitions string, role *JaegerRole) {
	most, pods := ingester+".replicas", role.Replicas
	if role.Autoscaling != nil {
		most, pods = ingester+".autoscaling.maxReplicas", role.Autoscaling.MaxReplicas
	}
	if l.Sound(most, partitions) && pods > k.Partitions {
		l.Refuse(most, fmt.Sprint(pods), fmt.Sprintf("must be at most %d, the partitions of Kafka's topic: another pod has nothing to do", k.Partitions))
	}
}

// CheckNoIngester refuses what is said of ingesters where there are none.
func (j *Jaeger) CheckNoIngester(l spec.Look) {
	if l.GivenSound("ingester") {
		l.Refuse("ingester", spec.NotShown, "must not be given without Kafka: the collector writes to the store itself")
	}
}
