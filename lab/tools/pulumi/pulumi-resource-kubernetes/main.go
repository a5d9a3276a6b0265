// Command pulumi-resource-kubernetes is the released Kubernetes provider plugin, built from the
// module of its release. Upstream embeds schema.json and terraform-mapping.json; they stand
// beside the binary here, because a module's own files cannot be embedded from outside it.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	read := func(name string) []byte {
		body, err := os.ReadFile(filepath.Join(filepath.Dir(self), name))
		if err != nil {
			log.Fatal(err)
		}
		return body
	}
	provider.Serve("kubernetes", version.Version, read("schema.json"), read("terraform-mapping.json"))
}
