package platform

import "sigs.k8s.io/yaml"

// Config is the section `config` of a stack's file. What is wrong with it is the program's to say.
type Config map[string]any

// WantedBy are the names of the services that a stack of this configuration needs.
func WantedBy(c Config) []string {
	var names []string
	for _, s := range Services {
		if s.wanted(c) {
			names = append(names, s.Name)
		}
	}
	return names
}

// has says whether the stack deploys a product, as its backend or as the mirror.
func (c Config) has(product string) bool {
	return c.text("backend") == product || c.text("mirror", "backend") == product
}

// keepsIn says whether the stack keeps traces in such a storage.
func (c Config) keepsIn(storage string) bool {
	return c.text("storage") == storage || c.text("mirror", "storage") == storage
}

// gives says whether the stack says anything of a key that is an object.
func (c Config) gives(key string) bool { return len(object(c["tracestack:"+key])) > 0 }

// scales says whether the number of any pods follows their load.
func (c Config) scales() bool {
	jaeger := object(c["tracestack:jaeger"])
	for _, role := range []any{c["tracestack:collector"], jaeger["collector"], jaeger["query"], jaeger["ingester"]} {
		if object(role)["autoscaling"] != nil {
			return true
		}
	}
	return false
}

// text follows a path of keys, the first of them without the project's name; it is empty where
// there is none, or where something else than a text is.
func (c Config) text(key string, path ...string) string {
	value := c["tracestack:"+key]
	for _, step := range path {
		value = object(value)[step]
	}
	text, _ := value.(string)
	return text
}

// object also takes one that is written as text, which is the same to the program.
func object(value any) map[string]any {
	if text, ok := value.(string); ok {
		value = nil
		_ = yaml.Unmarshal([]byte(text), &value) // A text that is no object has no keys.
	}
	members, _ := value.(map[string]any)
	return members
}
