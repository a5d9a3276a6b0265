package stacks

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/config"
)

// rawConfig gives every key of the stack, also those that nothing reads: a context answers only
// for keys that it is asked about, so a misspelt key would pass unseen. The engine hands all of
// them over in the environment.
func rawConfig(ctx *pulumi.Context) (config.Raw, error) {
	raw := config.Raw{Values: map[string]string{}, Secret: map[string]bool{}}
	text, ok := os.LookupEnv(pulumi.EnvConfig)
	if !ok {
		// A program inside another process (Automation API) has no such environment.
		return askedConfig(ctx), nil
	}
	if err := json.Unmarshal([]byte(text), &raw.Values); err != nil {
		return raw, fmt.Errorf("%s: not the JSON object that the engine sets", pulumi.EnvConfig)
	}
	var secret []string
	if text := os.Getenv(pulumi.EnvConfigSecretKeys); text != "" {
		if err := json.Unmarshal([]byte(text), &secret); err != nil {
			return raw, fmt.Errorf("%s: not the JSON array that the engine sets", pulumi.EnvConfigSecretKeys)
		}
	}
	for _, key := range secret {
		raw.Secret[key] = true
	}
	return raw, nil
}

func askedConfig(ctx *pulumi.Context) config.Raw {
	raw := config.Raw{Values: map[string]string{}, Secret: map[string]bool{}}
	for _, key := range config.Keys() {
		if value, ok := ctx.GetConfig(key); ok {
			raw.Values[key] = value
			raw.Secret[key] = ctx.IsConfigSecret(key)
		}
	}
	return raw
}
