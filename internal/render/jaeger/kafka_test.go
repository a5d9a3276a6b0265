package jaeger_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/render/jaeger"
)

func kafka() jaeger.Kafka {
	return jaeger.Kafka{
		Brokers: []string{"kafka-0:9093", "kafka-1:9093"}, Topic: "spans", Encoding: "otlp_proto", MaxMessageBytes: 1_000_000,
		User: "jaeger", Mechanism: "SCRAM-SHA-512", TLS: true, CA: true, ClientCert: true,
	}
}

func bothSides(t *testing.T, k jaeger.Kafka) (collector, ingester string) {
	t.Helper()
	file, err := k.Collector()
	collector = rendered(t, file, err)
	file, err = k.Ingester(searchStore())
	return collector, rendered(t, file, err)
}

func TestBothSidesOfKafkaReachItInTheSameWay(t *testing.T) {
	collector, ingester := bothSides(t, kafka())
	for _, body := range []string{collector, ingester} {
		has(t, body, "- kafka-0:9093\n", "- kafka-1:9093\n", "topic: spans\n", "encoding: otlp_proto\n",
			"username: jaeger\n", "password: '${env:KAFKA_PASSWORD}'\n", "mechanism: SCRAM-SHA-512\n",
			"ca_file: "+jaeger.KafkaFiles.CA+"\n", "cert_file: "+jaeger.KafkaFiles.Cert+"\n", "key_file: "+jaeger.KafkaFiles.Key+"\n")
	}
	collector, ingester = bothSides(t, jaeger.Kafka{Brokers: []string{"kafka:9092"}, TLS: true})
	has(t, collector, "tls: {}\n")
	has(t, ingester, "tls: {}\n")
	hasNot(t, collector, "auth:", "ca_file", "cert_file")
	collector, ingester = bothSides(t, jaeger.Kafka{Brokers: []string{"kafka:9092"}})
	hasNot(t, collector, "auth:", "tls:")
	_, inKafka, _ := strings.Cut(ingester, "kafka:\n")
	inKafka, _, _ = strings.Cut(inKafka, "processors:\n")
	hasNot(t, inKafka, "auth:", "tls:")
}

// Jaeger puts variables in wherever it finds them.
func TestADollarOfAPersonsStaysOne(t *testing.T) {
	k := kafka()
	k.User = "shop${env:HOME}"
	s := searchStore()
	s.User = "$jaeger"
	file, err := k.Ingester(s)
	body := rendered(t, file, err)
	has(t, body, "username: shop$${env:HOME}\n", "username: $$jaeger\n")
	if variables := regexp.MustCompile(`(^|[^$])\$\{[^}]*\}`).FindAllString(body, -1); len(variables) != 1 {
		t.Errorf("Jaeger puts in %v, want the password alone", variables)
	}
}

func TestOnlyWhoWritesToTheStoreKnowsIt(t *testing.T) {
	collector, ingester := bothSides(t, kafka())
	hasNot(t, collector, "jaeger_storage", "es:9200")
	has(t, ingester, "create_mappings: true\n", "bulk_processing:\n", "https://es:9200\n")
	hasNot(t, ingester, "otlp:")
}

func TestEachSideOfKafkaListensForItsOwnAlone(t *testing.T) {
	collector, ingester := bothSides(t, kafka())
	for body, want := range map[string][]string{
		collector: {"0.0.0.0:13133", "0.0.0.0:4317", "0.0.0.0:4318"},
		ingester:  {"0.0.0.0:13133"},
	} {
		var listens []string
		for _, match := range regexp.MustCompile(`(?m)endpoint: (\S+)$`).FindAllStringSubmatch(body, -1) {
			listens = append(listens, match[1])
		}
		slices.Sort(listens)
		if !slices.Equal(listens, want) {
			t.Errorf("it listens on %v, want %v", listens, want)
		}
	}
}

func TestASpanIsAcknowledgedWhenKafkaHasIt(t *testing.T) {
	collector, _ := bothSides(t, kafka())
	has(t, collector, "required_acks: all\n", "wait_for_result: true\n", "block_on_overflow: false\n", "queue_size: 16777216\n")
	_, retry, _ := strings.Cut(collector, "retry_on_failure:\n")
	has(t, strings.TrimSpace(strings.SplitN(retry, "\n", 2)[0])+"\n", "enabled: false\n")
}

func TestAMessageCountsAsReadWhenTheStoreTookItOrNobodyCanReadIt(t *testing.T) {
	_, ingester := bothSides(t, kafka())
	has(t, ingester, "group_id: jaeger-ingester\n", "initial_offset: earliest\n", "after: true\n", "on_error: false\n", "on_permanent_error: true\n",
		"max_elapsed_time: 0s\n", "interval: 5s\n")
	// A queue would make a message count as read before.
	_, exporters, _ := strings.Cut(ingester, "exporters:\n")
	exporters, _, _ = strings.Cut(exporters, "extensions:\n")
	hasNot(t, exporters, "queue")
}

// What a batch becomes in its encoding is less than the producer takes.
func TestAMessageIsDividedBeforeItIsTooLarge(t *testing.T) {
	grows := map[string]int{"otlp_proto": 1, "jaeger_proto": 1, "otlp_json": 6, "jaeger_json": 6}
	for encoding, times := range grows {
		k := kafka()
		k.Encoding = encoding
		collector, _ := bothSides(t, k)
		var file struct {
			Exporters struct {
				Kafka struct {
					Producer struct {
						Max int `yaml:"max_message_bytes"`
					}
					Queue struct {
						Batch struct {
							Max int `yaml:"max_size"`
						}
					} `yaml:"sending_queue"`
				}
			}
		}
		if err := yaml.Unmarshal([]byte(collector), &file); err != nil {
			t.Fatal(err)
		}
		if producer, batch := file.Exporters.Kafka.Producer.Max, file.Exporters.Kafka.Queue.Batch.Max; producer != k.MaxMessageBytes || batch == 0 || batch*times >= producer {
			t.Errorf("%s: batches of %d, messages of %d", encoding, batch, producer)
		}
	}
}

func TestAKafkaWithoutBrokersIsRefused(t *testing.T) {
	if file, err := (jaeger.Kafka{}).Collector(); err == nil {
		t.Errorf("rendered:\n%s", file.Body)
	}
	if file, err := (jaeger.Kafka{}).Ingester(searchStore()); err == nil {
		t.Errorf("rendered:\n%s", file.Body)
	}
}
