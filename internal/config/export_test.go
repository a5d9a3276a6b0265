package config

import "github.com/tracestack/tracestack/internal/spec"

// Decoded gives tests what was read, whether or not a rule refuses it.
func Decoded(raw Raw) Config {
	c, _ := decode(raw, &spec.Problems{})
	return c
}

// Settled gives tests a configuration in which what nobody wrote has given way. Its repositories count
// as written.
func Settled(c Config) Config {
	given := map[string]bool{}
	for _, image := range []string{"collector", "jaeger", "tempo", "prometheus", "demo"} {
		given["tracestack:images."+image+".repository"] = true
	}
	spec.Settle(&c, spec.NewLook(given, nil, &spec.Problems{}))
	return c
}
