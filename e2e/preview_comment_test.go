package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

// commented runs the step of the preview workflow that writes a comment on a pull request. The stack
// file of the pull request differs from what is up.
func commented(t *testing.T, s *project.Stack) {
	pull := newPullRequest(t, s)
	for _, c := range []struct {
		claim, approved string
		change          project.Config
		status          int
		want            []string
	}{
		{
			"a change of the size is shown, and needs nobody's approval", "false",
			project.Config{"tracestack:size": "small"}, 0,
			[]string{"`" + s.Name + "`", "updated", "replaced", "jaeger-config", "max_traces", "memory"},
		},
		{
			"another namespace deletes all there is, so it waits for an approval", "false",
			project.Config{"tracestack:namespace": s.Namespace + "-b"}, 1,
			[]string{"replaced", "This blocks the merge until"},
		},
		{
			"which lets it pass", "true",
			project.Config{"tracestack:namespace": s.Namespace + "-b"}, 0,
			[]string{"replaced", "Approved for this commit"},
		},
		{
			"what is refused is shown with its reason", "false",
			project.Config{"tracestack:backend": "zipkin"}, 2,
			[]string{"The preview failed", "tracestack:backend: zipkin: must be jaeger or tempo"},
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			comment, status := pull.comment(t, c.change, c.approved)
			t.Logf("%s", comment)
			if status != c.status {
				t.Errorf("the step ends with %d, want %d", status, c.status)
			}
			for _, want := range append(c.want, "Commit 0123abc.") {
				if !strings.Contains(comment, want) {
					t.Errorf("the comment lacks %q; it is\n%s", want, comment)
				}
			}
		})
	}
}

// pullRequest is a checkout on a runner.
type pullRequest struct {
	stack    *project.Stack
	checkout string
	script   string
}

func newPullRequest(t *testing.T, s *project.Stack) pullRequest {
	t.Helper()
	pull := pullRequest{stack: s, checkout: t.TempDir()}
	files := exec.Command("sh", "-c", `git ls-files -z | tar -c --null --files-from=- | tar -x -C "$0"`, pull.checkout)
	files.Dir = lab.Root
	if out, err := files.CombinedOutput(); err != nil {
		t.Fatalf("copy of the checkout: %v\n%s", err, out)
	}
	body, err := os.ReadFile(filepath.Join(lab.Root, ".github", "workflows", "preview.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct{ Steps []struct{ Name, Run string } }
	}
	if err := yaml.Unmarshal(body, &workflow); err != nil {
		t.Fatal(err)
	}
	for _, step := range workflow.Jobs["preview"].Steps {
		if step.Name == "Write the comment" {
			pull.script = step.Run
		}
	}
	if pull.script == "" {
		t.Fatal("preview.yml has no step that writes the comment")
	}
	return pull
}

// comment gives what the step writes for a stack file, and its exit code.
func (p pullRequest) comment(t *testing.T, change project.Config, approved string) (string, int) {
	t.Helper()
	if err := p.stack.Write(filepath.Join(p.checkout, "Pulumi."+p.stack.Name+".yaml"), change); err != nil {
		t.Fatal(err)
	}
	runner := t.TempDir()
	step := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", p.script)
	step.Dir = p.checkout
	step.Env = append(p.stack.Environ(),
		"GITHUB_WORKSPACE="+p.checkout, "RUNNER_TEMP="+runner, "GITHUB_STEP_SUMMARY="+filepath.Join(runner, "summary.md"),
		"STACK="+p.stack.Name, "COMMIT=0123abc", "APPROVED="+approved, "POLICY=https://example.com/docs/ci.md",
		"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true")
	out, err := step.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	comment, err := os.ReadFile(filepath.Join(runner, "preview", "comment.md"))
	if err != nil {
		t.Fatal(fmt.Errorf("%w\n%s", err, out))
	}
	return string(comment), step.ProcessState.ExitCode()
}
