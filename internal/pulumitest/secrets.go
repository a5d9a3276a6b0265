package pulumitest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	secretName  = regexp.MustCompile(`(?i)(passw|secret|token|credential|api_?key|access_?key|private_?key)`)
	secretValue = regexp.MustCompile(`(?i)(-----BEGIN [A-Z ]*PRIVATE KEY|(password|secret_key|secret|token)["']?\s*[:=]\s*["']?[^\s"'$]|://[^/\s:@]+:[^/\s@$]+@)`)
	// Whether a secret is used is none, as in use_federated_token: true.
	choice = regexp.MustCompile(`(?i)[\w.]+["']?\s*[:=]\s*["']?(true|false)\b`)
	// Names of a file, of an object or of its entry are no secrets, only where one is. Nor is a revision of one.
	reference = regexp.MustCompile(`(?i)(_file|_path|_name|Secret|Secrets\[\d+\]|secretName|Entry|Secrets?(\[\d+\])?\.key|\.revision|^GOOGLE_APPLICATION_CREDENTIALS)$`)
	// Nor is what its reader fills in.
	placeholder = regexp.MustCompile(`^(\[secret\]|\$(__env)?\{[\w.-]+\})?$`)
)

// Secrets reports what looks like a secret in a place that many may read: an environment
// variable's value, an argument, a ConfigMap, a label, an annotation, the input of a component.
func Secrets(g Graph) error {
	return errors.Join(inMetadata(g), inInputs(g), inConfigMaps(g), inContainers(g))
}

func inMetadata(g Graph) error {
	var found offences
	for _, r := range objects(g) {
		for _, path := range [][]string{{"metadata"}, {"spec", "template", "metadata"}} {
			for _, kind := range []string{"labels", "annotations"} {
				values, _ := at(r.Object(), append(path, kind)...).(map[string]any)
				for _, key := range slices.Sorted(maps.Keys(values)) {
					if value, _ := values[key].(string); secretValue.MatchString(value) {
						found.add(r, "%s.%s %s looks like a secret in plain", strings.Join(path, "."), kind, key)
					}
				}
			}
		}
	}
	return found.err()
}

func inInputs(g Graph) error {
	var found offences
	for _, r := range g {
		if r.Custom {
			continue
		}
		for _, path := range plainSecrets(r.Object(), "") {
			found.add(r, "input %s looks like a secret in plain", path)
		}
	}
	return found.err()
}

func inConfigMaps(g Graph) error {
	var found offences
	for _, r := range g.Of("kubernetes:core/v1:ConfigMap") {
		data, _ := r.Object()["data"].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if value, _ := data[key].(string); secretName.MatchString(key) || secretValue.MatchString(choice.ReplaceAllString(value, "")) {
				found.add(r, "data %s looks like a secret in plain", key)
			}
		}
	}
	return found.err()
}

func inContainers(g Graph) error {
	return eachContainer(g, func(container map[string]any, report func(string, ...any)) {
		for _, variable := range list(container["env"]) {
			name, _ := variable["name"].(string)
			value, _ := variable["value"].(string)
			if value != "" && (secretName.MatchString(name) && !reference.MatchString(name) || secretValue.MatchString(value)) {
				report("env %s looks like a secret in plain", name)
			}
		}
		args, _ := container["args"].([]any)
		for i, arg := range args {
			if text, _ := arg.(string); secretValue.MatchString(text) {
				report("args[%d] looks like a secret in plain", i)
			}
		}
	})
}

// Exports reports outputs that hold a secret in plain: `pulumi stack output` shows them to all.
func Exports(outputs map[string]any) error {
	var found []error
	for _, path := range plainSecrets(outputs, "") {
		found = append(found, fmt.Errorf("output %s looks like a secret in plain", path))
	}
	return errors.Join(found...)
}

// plainSecrets gives the paths of texts that look like a secret, by their name or by themselves.
func plainSecrets(value any, path string) []string {
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			found = append(found, plainSecrets(v[name], strings.TrimPrefix(path+"."+name, "."))...)
		}
	case []any:
		for i, item := range v {
			found = append(found, plainSecrets(item, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case string:
		named := secretName.MatchString(path) && !reference.MatchString(path)
		if !placeholder.MatchString(v) && (named || secretValue.MatchString(v)) {
			found = append(found, path)
		}
	}
	return found
}
