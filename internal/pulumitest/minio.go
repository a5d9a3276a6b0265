package pulumitest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// madeUp are outputs that a provider thinks of itself, of which something else is made.
var madeUp = map[string][]resource.PropertyKey{
	"minio:index/iamServiceAccount:IamServiceAccount": {"accessKey", "secretKey"},
	"minio:index/iamUser:IamUser":                     {"secret"},
	"random:index/randomId:RandomId":                  {"hex"},
}

// outputs are a resource's inputs and what its provider makes up. As in the engine, those are
// secrets that the program names as such.
func outputs(typ, name string, inputs resource.PropertyMap, secret []string) resource.PropertyMap {
	all := inputs.Copy()
	for _, key := range madeUp[typ] {
		all[key] = resource.NewProperty(fmt.Sprintf("%s of %s", key, name))
	}
	for _, key := range secret {
		if value, ok := all[resource.PropertyKey(key)]; ok && !value.ContainsSecrets() {
			all[resource.PropertyKey(key)] = resource.MakeSecret(value)
		}
	}
	return all
}

// identityOnServer is what a resource owns in a MinIO server; empty where it is of another kind.
// Users and policies are taken over by whoever creates them once more.
func identityOnServer(r Resource) string {
	kind, ours := strings.CutPrefix(r.Type, "minio:index/")
	if !ours {
		return ""
	}
	kind, _, _ = strings.Cut(kind, ":")
	for _, key := range []string{"bucket", "name"} {
		if name := at(r.Object(), key); name != nil {
			return fmt.Sprintf("%s %v", kind, name)
		}
	}
	return ""
}

// An access key is a name, not a secret: only what belongs to it is one.
var sealedName = regexp.MustCompile(`(?i)(passw|secret)`)

// Sealed reports what the state would hold in plain: a password or a secret that a provider takes or
// gives, and the contents of a Secret.
func Sealed(g Graph) error {
	var found offences
	for _, r := range g {
		for _, key := range slices.Sorted(maps.Keys(r.Inputs)) {
			if mustBeSealed(r, key) && !r.Inputs[key].ContainsSecrets() {
				found.add(r, "input %s is in plain", key)
			}
		}
		for _, key := range madeUp[r.Type] {
			if mustBeSealed(r, key) && !r.Outputs[key].ContainsSecrets() {
				found.add(r, "output %s is in plain", key)
			}
		}
	}
	return found.err()
}

func mustBeSealed(r Resource, key resource.PropertyKey) bool {
	if strings.HasPrefix(r.Type, "kubernetes:") {
		return r.Type == "kubernetes:core/v1:Secret" && (key == "data" || key == "stringData")
	}
	return r.Custom && sealedName.MatchString(string(key))
}
