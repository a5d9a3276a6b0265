package config_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// oneBroker is a Kafka that is right as far as it goes.
const oneBroker = `"brokers":["kafka.kafka.svc:9092"]`

// buffered is a stack with Kafka in front of its search store, right but for the values.
func buffered(values map[string]string) map[string]string {
	all := elastic(key("kafka", "{"+oneBroker+"}"))
	maps.Copy(all, values)
	return all
}

// queued is a problem of a Kafka that is right but for what is added to it.
func queued(claim, more, problem string) refusal {
	return refusal{claim, buffered(key("kafka", "{"+oneBroker+","+more+"}")), "tracestack:kafka" + problem}
}

// brokered is a problem of its brokers.
func brokered(claim, brokers, problem string) refusal {
	return refusal{claim, buffered(key("kafka", `{"brokers":`+brokers+`}`)), "tracestack:kafka.brokers" + problem}
}

// ingested is a problem of the ingesters of a topic of two partitions.
func ingested(claim, ingester, problem string) refusal {
	return refusal{claim, buffered(map[string]string{
		"tracestack:kafka": "{" + oneBroker + `,"partitions":2}`, "tracestack:jaeger": `{"ingester":` + ingester + `}`,
	}), "tracestack:jaeger.ingester" + problem}
}

const (
	brokerRule = "must be host:port without a scheme, such as kafka.kafka.svc:9092"
	topicRule  = "must be the name of a topic: at most 249 letters, digits, -, _ and ."
	noKafka    = "must not be given: only a Jaeger whose store is elsewhere reads it"
	noIngester = "must not be given without Kafka: the collector writes to the store itself"
	noTLS      = "must not be given without tls: true: no certificate is shown there"
)

// ofKafka are the refusals of Kafka and of the ingesters behind it.
var ofKafka = []refusal{
	{"a Kafka without brokers", buffered(key("kafka", `{"topic":"spans"}`)), "tracestack:kafka.brokers: not set: must be given"},
	brokered("no broker", `[]`, ": []: must have at least one address"),
	brokered("a broker that is text", `"kafka:9092"`, ": [not shown]: must be an array, not a string"),
	brokered("a broker with a scheme", `["SASL_SSL://kafka:9092"]`, "[0]: [not shown]: "+brokerRule),
	brokered("a broker without a port", `["kafka:9092","kafka-2"]`, "[1]: [not shown]: "+brokerRule),
	brokered("a broker without a host", `[":9092"]`, "[0]: [not shown]: "+brokerRule),
	brokered("brokers in one text", `["kafka-0:9092,kafka-1:9092"]`, "[0]: [not shown]: "+brokerRule),
	brokered("an empty broker", `[""]`, "[0]: [not shown]: "+brokerRule),
	brokered("a broker with credentials", `["jaeger:hunter2@kafka:9092"]`, "[0]: [not shown]: must not hold credentials: they are user and a password"),
	brokered("a broker twice", `["kafka:9092","kafka:9092"]`, "[1]: [not shown]: must be named once"),
	queued("a topic with a slash", `"topic":"team/spans"`, ".topic: team/spans: "+topicRule),
	queued("a topic that is a pattern", `"topic":"^spans"`, ".topic: ^spans: "+topicRule),
	queued("an empty topic", `"topic":""`, `.topic: "": `+topicRule),
	queued("a topic that is no folder", `"topic":".."`, ".topic: ..: "+topicRule),
	queued("a topic that is too long", `"topic":"`+strings.Repeat("a", 250)+`"`, ".topic: "+strings.Repeat("a", 60)+"…: "+topicRule),
	queued("no partitions", `"partitions":0`, ".partitions: 0: must be between 1 and 10000"),
	queued("an encoding that Jaeger does not write", `"encoding":"zipkin_json"`, ".encoding: zipkin_json: must be otlp_proto, otlp_json, jaeger_proto or jaeger_json"),
	queued("a message of nothing", `"maxMessageBytes":99999`, ".maxMessageBytes: 99999: must be between 100000 and 16777216"),
	queued("a message larger than what comes", `"maxMessageBytes":16777217`, ".maxMessageBytes: 16777217: must be between 100000 and 16777216"),
	queued("an empty user", `"user":" "`, `.user: " ": must not be empty`),
	queued("a password inside the object", `"password":"hunter2"`, ".password: [not shown]: no such key"),
	queued("a mechanism without a user", `"mechanism":"PLAIN"`, ".mechanism: PLAIN: must not be given without user"),
	queued("a mechanism that there is not", `"mechanism":"GSSAPI"`, ".mechanism: GSSAPI: must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"),
	queued("an authority without TLS", `"caSecret":"kafka-ca"`, ".caSecret: [not shown]: "+noTLS),
	queued("a certificate without TLS", `"clientCertSecret":"kafka-jaeger"`, ".clientCertSecret: [not shown]: "+noTLS),
	queued("a Secret's name with a slash", `"tls":true,"caSecret":"kafka/ca"`, ".caSecret: kafka/ca: must be the name of a Secret"),
	queued("TLS as text", `"tls":"yes"`, `.tls: "yes": must be true or false, not a string`),
	{"a user without a password", buffered(key("kafka", "{"+oneBroker+`,"user":"jaeger"}`)), "tracestack:kafkaPassword: not set: must be given with kafka.user"},
	{"a password without a user", buffered(key("kafkaPassword", `{"secretName":"kafka","key":"password"}`)), "tracestack:kafka.user: not set: must be given with the password"},
	{"a password in plain", buffered(map[string]string{"tracestack:kafka": "{" + oneBroker + `,"user":"jaeger"}`, "tracestack:kafkaPassword": "hunter2"}), "tracestack:kafkaPassword: [not shown]: " + strings.ReplaceAll(sealES, "elasticsearchPassword", "kafkaPassword")},

	{"brokers in front of memory", key("kafka", "{"+oneBroker+"}"), "tracestack:kafka.brokers: [not shown]: " + noKafka},
	{"brokers in front of Tempo", stored("local", key("kafka", "{"+oneBroker+"}")), "tracestack:kafka.brokers: [not shown]: " + noKafka},
	{"a password of no Kafka", key("kafkaPassword", `{"secretName":"kafka","key":"password"}`), "tracestack:kafkaPassword: [not shown]: " + noKafka},

	ingested("more ingesters than partitions", `{"replicas":3}`, ".replicas: 3: must be at most 2, the partitions of Kafka's topic: another pod has nothing to do"),
	ingested("no ingesters", `{"replicas":0}`, ".replicas: 0: must be between 1 and 100"),
	ingested("an ingester that cannot hold what comes at once", `{"resources":{"limits":{"memory":"191Mi"}}}`, ".resources.limits.memory: 191Mi: must be at least 192Mi: it must hold what comes at once"),
	roles("an ingester without Kafka", `{"ingester":{"replicas":1}}`, ".ingester: [not shown]: "+noIngester),
	nested("an ingester of a Jaeger in memory", "jaeger", `{"ingester":{"replicas":1}}`, "jaeger.ingester: [not shown]: "+noIngester),
}

func TestAKafkaIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofKafka {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAKafkaIsInFrontOfAStoreThatIsElsewhereAlone(t *testing.T) {
	c, err := config.Load(raw(buffered(nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, storage := range settings.BackendJaeger.Storages() {
		want := storage != settings.StorageMemory && storage != settings.StorageBadger
		if got := c.HasKafka(storage); got != want {
			t.Errorf("in front of %s: %t, want %t", storage, got, want)
		}
	}
	none, err := config.Load(raw(elastic(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if none.HasKafka(settings.StorageElasticsearch) {
		t.Error("there is one that nobody chose")
	}
}

func TestIngestersAreAsManyAsAnyTopicHasPartitionsForUnlessChosen(t *testing.T) {
	for _, profile := range settings.ProfileDev.Choices() {
		for _, size := range settings.SizeSmall.Choices() {
			if c := config.Defaults(settings.Profile(profile), settings.Size(size)); c.Jaeger.Ingester.Replicas != 1 || c.Kafka.Partitions != 1 {
				t.Errorf("%s %s: %d ingesters of %d partitions", profile, size, c.Jaeger.Ingester.Replicas, c.Kafka.Partitions)
			}
		}
	}
}
