package stacks_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/pulumitest"
)

// baseFolders are the cases that are written out in full, one for each backend. Of every other case its
// folder keeps what is different from them: a changed line is then one line of a diff, not one for each case.
var baseFolders = []string{"../examples/minimal", "../examples/tempo-local"}

// rendering is what comes of a case, in the form in which folders keep it.
type rendering struct {
	folder   string // from the root of the repository
	graph    pulumitest.Graph
	products map[string]string // what each product reads, by the file's name
	at       map[string]string // the folder that keeps each of them
	objects  map[string]any    // the Kubernetes objects, by their resource
}

func render(t *testing.T, folder string, graph pulumitest.Graph, bases []rendering) rendering {
	t.Helper()
	made := rendering{
		folder: filepath.Join("stacks", folder), graph: graph,
		products: productFiles(t, graph), at: map[string]string{}, objects: map[string]any{},
	}
	for name, body := range made.products {
		made.at[name] = made.folder
		for _, base := range bases {
			if base.products[name] == body {
				made.at[name] = base.folder
				break
			}
		}
	}
	short := made.references()
	for _, r := range graph {
		if strings.HasPrefix(r.Type, "kubernetes:") {
			made.objects[id(r)] = replaced(r.Object(), short)
		}
	}
	return made
}

func id(r pulumitest.Resource) string { return r.Type + " " + r.Name }

// productFiles gives each file as the pod will see it.
func productFiles(t *testing.T, graph pulumitest.Graph) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, stored := range graph.Of("kubernetes:core/v1:ConfigMap") {
		data, _ := stored.Object()["data"].(map[string]any)
		for name, body := range data {
			if !strings.Contains(name, ".") {
				continue // A variable, which is no file.
			}
			if other, ok := files[name]; ok && other != body {
				t.Errorf("%s: another ConfigMap has a file of that name with other content", name)
			}
			files[name] = body.(string)
		}
	}
	return files
}

// references puts the place of a product file where its content stands, and words where its hash stands.
// pulumitest.Check has compared each hash with the content: here it would only change with it.
func (r rendering) references() *strings.Replacer {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(r.products)) {
		sum := sha256.Sum256([]byte(r.products[name]))
		pairs = append(pairs,
			r.products[name], fmt.Sprintf("(see %s/%s)", r.at[name], name),
			hex.EncodeToString(sum[:])[:10], fmt.Sprintf("<hash of %s>", name))
	}
	return strings.NewReplacer(pairs...)
}

func replaced(value any, short *strings.Replacer) any {
	switch v := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, inner := range v {
			all[key] = replaced(inner, short)
		}
		return all
	case []any:
		all := []any{}
		for _, inner := range v {
			all = append(all, replaced(inner, short))
		}
		return all
	case string:
		return short.Replace(v)
	case float64:
		if whole := int64(v); float64(whole) == v {
			return whole
		}
	}
	return value
}

// files are what the folder keeps: the list of resources with the place of each object, the objects
// that no base has, the changes of those that one has, and the products' files.
func (r rendering) files(t *testing.T, bases []rendering) map[string]string {
	t.Helper()
	var objects, changes strings.Builder
	encoder := yaml.NewEncoder(&objects)
	encoder.SetIndent(2)
	places := map[string]string{}
	for _, resource := range byName(r.graph) {
		object, ok := r.objects[id(resource)]
		if !ok {
			continue
		}
		base, different := nearest(bases, id(resource), object)
		switch {
		case base == "":
			places[id(resource)] = "objects.yaml"
			if err := encoder.Encode(object); err != nil {
				t.Fatal(err)
			}
		case len(different) == 0:
			places[id(resource)] = "as in " + base
		default:
			places[id(resource)] = "changes.txt"
			fmt.Fprintf(&changes, "%s, compared with %s:\n%s\n\n", id(resource), base, strings.Join(different, "\n"))
		}
	}
	all := map[string]string{"resources.txt": r.list(places), "objects.yaml": objects.String(), "changes.txt": strings.TrimSuffix(changes.String(), "\n")}
	for name, body := range r.products {
		if r.at[name] == r.folder {
			all[name] = body
		}
	}
	// A folder holds no empty file.
	maps.DeleteFunc(all, func(_, body string) bool { return body == "" })
	return all
}

func (r rendering) list(places map[string]string) string {
	const row = "%-40s %-40s %-15s %s"
	lines := []string{fmt.Sprintf(row, "TYPE", "NAME", "PARENT", "OBJECT")}
	for _, resource := range r.graph {
		parent := resource.Parent[strings.LastIndex(resource.Parent, "::")+2:]
		line := fmt.Sprintf(row, resource.Type, resource.Name, parent, places[id(resource)])
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n") + "\n"
}

func byName(graph pulumitest.Graph) pulumitest.Graph {
	ordered := slices.Clone(graph)
	slices.SortStableFunc(ordered, func(a, b pulumitest.Resource) int { return cmp.Compare(a.Name, b.Name) })
	return ordered
}

// nearest gives the base whose object of the same resource is most like this one, and what is different.
func nearest(bases []rendering, resource string, object any) (base string, different []string) {
	for _, b := range bases {
		other, ok := b.objects[resource]
		if !ok {
			continue
		}
		if lines := differences(other, object); base == "" || len(lines) < len(different) {
			base, different = b.folder, lines
		}
	}
	return base, different
}
