package stacks

import (
	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// kafka is what is in front of a storage; nil where nothing is.
func kafka(c config.Config, storage settings.Storage) *components.KafkaArgs {
	if !c.HasKafka(storage) {
		return nil
	}
	return &components.KafkaArgs{Kafka: c.Kafka.Read(), SignIn: signIn(c.KafkaPassword)}
}
