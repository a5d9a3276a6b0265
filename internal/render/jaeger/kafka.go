package jaeger

import (
	"errors"
	"slices"
	"time"

	"github.com/tracestack/tracestack/internal/render"
)

// IngesterFileName is the name of the configuration of what writes to the store what is in Kafka.
const IngesterFileName = "jaeger-ingester.yaml"

// KafkaGroup is the consumer group of all ingesters: together they read each message once.
const KafkaGroup = "jaeger-ingester"

// KafkaPasswordVariable has the password. Jaeger takes it from its configuration alone, and puts it in there
// when it starts.
const KafkaPasswordVariable = "KAFKA_PASSWORD"

// Kafka is what stands between a collector and an ingester.
type Kafka struct {
	Sampling        *Sampling // nil: nobody asks Jaeger
	Brokers         []string
	Topic, Encoding string
	MaxMessageBytes int
	User, Mechanism string // empty: it asks for no user
	TLS             bool
	CA, ClientCert  bool // in KafkaFiles
}

// Collector gives the configuration of the role that writes spans to Kafka.
//
// What is acknowledged: a span is acknowledged when every replica of its partition that counts as in sync
// has it. How many those must be is the topic's own min.insync.replicas.
func (k Kafka) Collector() (render.File, error) {
	client, err := k.client()
	if err != nil {
		return render.File{}, err
	}
	sending := newQueue(10)
	// It only divides: the Collector has gathered already.
	sending.Batch = &batch{Sizer: "bytes", FlushTimeout: 200 * time.Millisecond, MaxSize: k.batch()}
	return escaped(CollectorFileName, k.Sampling.into(file{
		Receivers:  receivers{OTLP: newReceiver()},
		Processors: &processors{MemoryLimiter: render.NewMemoryLimiter()},
		Exporters: exporters{Kafka: &kafkaExporter{
			kafkaClient: client,
			Producer: kafkaProducer{
				MaxMessageBytes: k.MaxMessageBytes,
				RequiredAcks:    "all",
				Compression:     "zstd",
			},
			// Whoever sends sends again. By default Jaeger does so for five minutes by itself, and what
			// it holds meanwhile leaves less room for others.
			Retry: enabled{false},
			Queue: sending,
		}},
		Extensions: extensions{Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers:  []string{"otlp"},
				Processors: []string{"memory_limiter"},
				Exporters:  []string{"kafka"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	}))
}

// batch leaves room in a message: Jaeger divides spans by their size in OTLP's binary form, and JSON makes six
// bytes of each one that must be escaped.
func (k Kafka) batch() int {
	if slices.Contains([]string{"otlp_json", "jaeger_json"}, k.Encoding) {
		return k.MaxMessageBytes / 10
	}
	return k.MaxMessageBytes / 10 * 9
}

// Ingester gives the configuration of the role that writes to the store what is in Kafka.
//
// A message counts as read when the bulk of the store has all of it. What counts as read is told to Kafka
// every commitInterval. So what a pod that is killed read since then is written once more. The bulk that it
// gathered or sent is lost where Kafka was told of it already: seldom, but most likely while the store is away.
func (k Kafka) Ingester(s Store) (render.File, error) {
	client, err := k.client()
	if err != nil {
		return render.File{}, err
	}
	made, err := s.backend(true)
	if err != nil {
		return render.File{}, err
	}
	return escaped(IngesterFileName, file{
		Receivers: receivers{Kafka: &kafkaReceiver{
			kafkaClient: client,
			GroupID:     KafkaGroup,
			// What was written before there was an ingester.
			InitialOffset: "earliest",
			AutoCommit:    autoCommit{Enable: true, Interval: commitInterval},
			// What cannot be read at all is left out: otherwise nothing behind it is read either.
			MessageMarking: messageMarking{After: true, OnError: false, OnPermanentError: true},
			// For ever. Without it the first error would stop its partition until the pod is replaced.
			ErrorBackOff: render.Backoff{Enabled: true, InitialInterval: time.Second, MaxInterval: 10 * time.Second},
		}},
		Processors: &processors{MemoryLimiter: render.NewMemoryLimiter()},
		Exporters:  exporters{Storage: &storageExporter{TraceStorage: storageName, Queue: s.queue(true)}},
		Extensions: extensions{Storage: newStorage(made), Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers:  []string{"kafka"},
				Processors: []string{"memory_limiter"},
				Exporters:  []string{"jaeger_storage_exporter"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	})
}

// commitInterval is long beside the time that a bulk takes, and short beside what is written twice.
const commitInterval = 5 * time.Second

func (k Kafka) client() (kafkaClient, error) {
	if len(k.Brokers) == 0 {
		return kafkaClient{}, errors.New("jaeger: kafka: brokers: must have at least one address")
	}
	made := kafkaClient{Brokers: k.Brokers, Traces: kafkaTraces{Topic: k.Topic, Encoding: k.Encoding}}
	if k.User != "" {
		made.Auth = &kafkaAuth{SASL: sasl{
			Username: k.User, Password: render.Variable("env:" + KafkaPasswordVariable), Mechanism: k.Mechanism,
		}}
	}
	if k.TLS {
		made.TLS = KafkaFiles.tls(k.CA, k.ClientCert)
	}
	return made, nil
}

type kafkaClient struct {
	Brokers []string    `yaml:"brokers"`
	Auth    *kafkaAuth  `yaml:"auth,omitempty"`
	TLS     *clientTLS  `yaml:"tls,omitempty"`
	Traces  kafkaTraces `yaml:"traces"`
}

type kafkaAuth struct {
	SASL sasl `yaml:"sasl"`
}

type sasl struct {
	Username  string          `yaml:"username"`
	Password  render.Variable `yaml:"password"`
	Mechanism string          `yaml:"mechanism"`
}

type kafkaTraces struct {
	Topic    string `yaml:"topic"`
	Encoding string `yaml:"encoding"`
}

type kafkaExporter struct {
	kafkaClient `yaml:",inline"`
	Producer    kafkaProducer `yaml:"producer"`
	Retry       enabled       `yaml:"retry_on_failure"`
	Queue       *queue        `yaml:"sending_queue"`
}

type kafkaProducer struct {
	MaxMessageBytes int    `yaml:"max_message_bytes"`
	RequiredAcks    string `yaml:"required_acks"`
	Compression     string `yaml:"compression"`
}

type enabled struct {
	Enabled bool `yaml:"enabled"`
}

type batch struct {
	Sizer        string        `yaml:"sizer"`
	FlushTimeout time.Duration `yaml:"flush_timeout"`
	MinSize      int           `yaml:"min_size"`
	MaxSize      int           `yaml:"max_size"`
}

type kafkaReceiver struct {
	kafkaClient    `yaml:",inline"`
	GroupID        string         `yaml:"group_id"`
	InitialOffset  string         `yaml:"initial_offset"`
	AutoCommit     autoCommit     `yaml:"autocommit"`
	MessageMarking messageMarking `yaml:"message_marking"`
	ErrorBackOff   render.Backoff `yaml:"error_backoff"`
}

type autoCommit struct {
	Enable   bool          `yaml:"enable"`
	Interval time.Duration `yaml:"interval"`
}

type messageMarking struct {
	After            bool `yaml:"after"`
	OnError          bool `yaml:"on_error"`
	OnPermanentError bool `yaml:"on_permanent_error"`
}
