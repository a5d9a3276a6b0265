package preview_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/preview"
)

var update = flag.Bool("update", false, "write the comments of the cases in testdata, instead of comparing")

func read(t *testing.T, events string) preview.Preview {
	t.Helper()
	p, err := preview.Read(strings.NewReader(events))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A case is a folder: the events that the engine wrote for a real preview (testdata/README.md),
// and the comment that is made of them.
func TestEachPreviewGivesTheCommentOfItsFolder(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "events.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			events, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, string(events)).Markdown(preview.Comment{
				Stack: "dev", Commit: "0123abc", Approval: "set the label `replacements-approved`", Policy: "https://example.com/docs/ci.md",
			})
			golden := filepath.Join(folder, "comment.md")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v; run go test ./internal/preview -update", err)
			}
			if got != string(want) {
				t.Errorf("differs from %s; run go test ./internal/preview -update and read the diff. It is\n%s", golden, got)
			}
		})
	}
}

// event writes the engine's event of one step.
func event(sequence int, op, typ, name string, more map[string]any) string {
	metadata := map[string]any{"op": op, "type": typ, "urn": "urn:pulumi:dev::tracestack::" + typ + "::" + name}
	for key, value := range more {
		metadata[key] = value
	}
	line, err := json.Marshal(map[string]any{
		"sequence": sequence, "resourcePreEvent": map[string]any{"metadata": metadata, "planning": true},
	})
	if err != nil {
		panic(err)
	}
	return string(line) + "\n"
}

const summary = `{"sequence":9999,"summaryEvent":{"isPreview":true}}` + "\n"

type object = map[string]any

func TestTheContentsOfASecretAreNeverShown(t *testing.T) {
	sealed := object{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "hunter2"}
	for _, c := range []struct {
		claim, typ string
		step       object
		want       string
	}{
		{"a Kubernetes Secret made of plain values", "kubernetes:core/v1:Secret", object{
			"detailedDiff": object{"stringData.password": object{"diffKind": "update"}},
			"old":          object{"inputs": object{"stringData": object{"password": "hunter1"}}},
			"new":          object{"inputs": object{"stringData": object{"password": "hunter2"}}},
		}, "`stringData.password`: `[secret]` → `[secret]`"},
		{"one whose whole data appear", "kubernetes:core/v1:Secret", object{
			"detailedDiff": object{"data": object{"diffKind": "add"}},
			"new":          object{"inputs": object{"data": object{"password": "aHVudGVyMg=="}}},
		}, "`data`: *none* → `[secret]`"},
		{"an input that the engine sealed", "tracestack:index:Collector", object{
			"old": object{"inputs": object{"token": "plain"}}, "new": object{"inputs": object{"token": sealed}},
		}, "`token`: `plain` → `[secret]`"},
		{"one deep in a value that is shown whole", "tracestack:index:Collector", object{
			"old": object{"inputs": object{}}, "new": object{"inputs": object{"login": object{"user": "me", "password": sealed}}},
		}, "`login`: *none* → `{\"password\":\"[secret]\",\"user\":\"me\"}`"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got := read(t, event(1, "update", c.typ, "it", c.step)+summary).Markdown(preview.Comment{Stack: "dev"})
			if !strings.Contains(got, c.want) {
				t.Errorf("%s is not in\n%s", c.want, got)
			}
			for _, secret := range []string{"hunter", "aHVudGVy"} {
				if strings.Contains(got, secret) {
					t.Errorf("%s shows in\n%s", secret, got)
				}
			}
		})
	}
}

func replacement(typ string, keys []string, ops ...string) string {
	var events string
	for i, op := range ops {
		events += event(i, op, typ, "it", object{"keys": keys})
	}
	return events
}

func TestWhatNeedsApproval(t *testing.T) {
	const configMap, service = "kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Service"
	newFirst := []string{"create-replacement", "replace", "delete-replaced"}
	deletedFirst := []string{"delete-replaced", "replace", "create-replacement"}
	for _, c := range []struct {
		claim, events string
		need          bool
	}{
		{"a creation does not", event(1, "create", service, "it", nil), false},
		{"an update does not", event(1, "update", service, "it", nil), false},
		{"a deletion does", event(1, "delete", configMap, "it", nil), true},
		{"a leftover copy that is deleted does", event(1, "delete-replaced", service, "it", nil), true},
		{"a replacement does", replacement(service, []string{"spec.clusterIP"}, newFirst...), true},
		{"a ConfigMap under a new name does not", replacement(configMap, []string{"metadata.name"}, newFirst...), false},
		{"a ConfigMap that is deleted first does", replacement(configMap, []string{"metadata.name"}, deletedFirst...), true},
		{"a ConfigMap in a new namespace does", replacement(configMap, []string{"metadata.name", "metadata.namespace"}, newFirst...), true},
		{"a ConfigMap under the same name does", replacement(configMap, []string{"data"}, newFirst...), true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := len(read(t, c.events+summary).NeedApproval()) > 0; got != c.need {
				t.Errorf("need approval: %v, want %v", got, c.need)
			}
		})
	}
}

func TestTheOrderOfAReplacementIsTold(t *testing.T) {
	for want, ops := range map[string][]string{
		"a new one first, then the old one is deleted": {"create-replacement", "replace", "delete-replaced"},
		"**deleted first**, then made anew":            {"delete-replaced", "replace", "create-replacement"},
	} {
		got := read(t, replacement("kubernetes:core/v1:Service", nil, ops...)+summary).Markdown(preview.Comment{Stack: "dev"})
		if !strings.Contains(got, want) {
			t.Errorf("%v: %q is not in\n%s", ops, want, got)
		}
	}
}

func TestApprovalIsTold(t *testing.T) {
	p := read(t, event(1, "delete", "kubernetes:core/v1:Service", "it", nil)+summary)
	if got := p.Markdown(preview.Comment{Stack: "dev", Approved: true}); !strings.Contains(got, "Approved for this commit") || strings.Contains(got, "blocks the merge until") {
		t.Errorf("says\n%s", got)
	}
}

func TestAPreviewWithoutAnEndHasFailed(t *testing.T) {
	for claim, input := range map[string]string{
		"nothing":              "",
		"killed in the middle": event(1, "same", "kubernetes:core/v1:Service", "it", nil),
		"half an event":        summary[:20],
		"only words":           "error: no stack named 'dev' found\n",
	} {
		t.Run(claim, func(t *testing.T) {
			if got := read(t, input); len(got.Errors) == 0 {
				t.Errorf("no error in %+v", got)
			}
		})
	}
}

func TestTheSingleDocumentIsRefusedInASentence(t *testing.T) {
	_, err := preview.Read(strings.NewReader("{\n    \"steps\": []\n}\n"))
	if err == nil || !strings.Contains(err.Error(), "set PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true") {
		t.Errorf("says %v", err)
	}
}

func TestAValueCannotEscapeItsPlace(t *testing.T) {
	const name = "<img src=x> @everyone **loud** [link](x)"
	got := read(t, event(1, "update", "kubernetes:core/v1:Service", name, object{
		"old": object{"inputs": object{"a": "``` end", "b": "x\n```\n# loud\n"}},
		"new": object{"inputs": object{"a": "`` ` ", "b": "x\n````\n# louder\n"}},
	})+summary).Markdown(preview.Comment{Stack: "dev"})
	for _, want := range []string{
		"&#60;img src=x&#62; &#64;everyone &#42;&#42;loud&#42;&#42; &#91;link&#93;(x)",
		"`a`: ```` ``` end ```` → ``` `` `  ```\n",
		"    `````diff\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestALongCommentKeepsItsBeginningAndSaysWhatIsMissing(t *testing.T) {
	var events strings.Builder
	for i := range 3000 {
		events.WriteString(event(i, "update", "kubernetes:core/v1:Service", fmt.Sprintf("updated-%04d", i), object{
			"old": object{"inputs": object{"a": strings.Repeat("x", 100)}}, "new": object{"inputs": object{"a": strings.Repeat("y", 100)}},
		}))
	}
	events.WriteString(event(5000, "delete", "kubernetes:core/v1:Service", "the-one-that-matters", nil))
	got := read(t, events.String()+summary).Markdown(preview.Comment{Stack: "dev"})
	if len(got) > 65536 {
		t.Errorf("%d bytes, more than GitHub takes", len(got))
	}
	for _, want := range []string{"**1 deleted**, 3000 updated", "**the-one-that-matters**", "The rest does not fit"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestTheCommentDoesNotDependOnTheEnginesOrder(t *testing.T) {
	a := event(1, "update", "kubernetes:core/v1:Service", "a", nil)
	b := event(2, "update", "kubernetes:core/v1:Service", "b", nil)
	c := preview.Comment{Stack: "dev"}
	if one, other := read(t, a+b+summary).Markdown(c), read(t, b+a+summary).Markdown(c); one != other {
		t.Errorf("%s\n is not \n%s", one, other)
	}
}
