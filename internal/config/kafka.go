package config

import (
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

const kafka = "tracestack:kafka"

// HasKafka tells whether Kafka is in front of a storage.
func (c Config) HasKafka(storage settings.Storage) bool {
	return storage.Apart() && len(c.Kafka.Brokers) > 0
}

// validateKafka holds what is said of Kafka against the storage that it is in front of.
func (c Config) validateKafka(l spec.Look) {
	if !l.Sound("tracestack:backend", "tracestack:storage", mirror, mirror+".backend", mirror+".storage") {
		return
	}
	used := c.storagesOf(l, settings.BackendJaeger)
	behind := slices.ContainsFunc(used, settings.Storage.Apart)
	if !behind {
		refuseUnread(l, &c.Kafka, kafka, "only a Jaeger whose store is elsewhere reads it")
	}
	if !behind || !slices.ContainsFunc(namesOf(&c.Kafka, kafka), l.Given) {
		if len(used) > 0 {
			c.Jaeger.CheckNoIngester(l.In("tracestack:jaeger"))
		}
		return
	}
	c.Kafka.CheckChosen(l.In(kafka))
	c.refuseNewerJaeger(l, 16, "kafka")
	c.Kafka.CheckIngesters(l, "tracestack:jaeger.ingester", kafka+".partitions", c.Jaeger.Ingester)
	checkPassword(l, kafka+".user", kafka+"Password", "kafka")
}
