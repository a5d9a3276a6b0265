package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// workflow is what the tests read of a workflow.
type workflow struct {
	On          map[string]any `yaml:"on"`
	Permissions any
	Jobs        map[string]job
}

type job struct {
	If          string
	Permissions map[string]string
	Steps       []step
}

type step struct {
	Name, Uses, Run string
	Env, With       map[string]string
}

func readWorkflow(t *testing.T, name string) (w workflow, text string) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(".github", "workflows", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(body, &w); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return w, string(body)
}

var workflows = []string{"ci.yml", "preview.yml"}

// actionlint runs the linter as make check does.
func actionlint(t *testing.T, files ...string) (string, error) {
	t.Helper()
	build := exec.Command("make", "-s", "bin/actionlint")
	// Not the settings of a make around this test.
	build.Env = append(os.Environ(), "MAKEFLAGS=", "MFLAGS=", "MAKELEVEL=")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("make bin/actionlint: %v\n%s", err, output)
	}
	linter, err := filepath.Abs(filepath.Join("bin", "actionlint"))
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(linter, append([]string{"-shellcheck=", "-pyflakes=", "-no-color"}, files...)...).CombinedOutput()
	return string(output), err
}

func TestTheLinterAcceptsTheWorkflowsAndFindsWhatIsBroken(t *testing.T) {
	if output, err := actionlint(t); err != nil {
		t.Errorf("the workflows: %v\n%s", err, output)
	}
	_, text := readWorkflow(t, "preview.yml")
	for claim, broken := range map[string]struct{ good, bad, want string }{
		"a job that is needed and not there": {"needs: preview\n", "needs: previews\n", `needs job "previews" which does not exist`},
		"a context that has no such field":   {"github.event.pull_request.number", "github.event_pull_request.number", `property "event_pull_request" is not defined`},
		"an event that is never sent":        {"synchronize, reopened", "synchronise, reopened", `invalid activity type "synchronise"`},
		"a permission that does not exist":   {"pull-requests: write", "pull-requests: wirte", "wirte"},
	} {
		t.Run(claim, func(t *testing.T) {
			if !strings.Contains(text, broken.good) {
				t.Fatalf("%q is not in preview.yml any more", broken.good)
			}
			file := filepath.Join(t.TempDir(), "broken.yml")
			if err := os.WriteFile(file, []byte(strings.Replace(text, broken.good, broken.bad, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			if output, err := actionlint(t, file); err == nil || !strings.Contains(output, broken.want) {
				t.Errorf("the linter says %v, %q is not in\n%s", err, broken.want, output)
			}
		})
	}
}

func TestMakeCheckLintsTheWorkflows(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("lab", "check.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^step \. workflows bin/actionlint `).Match(script) {
		t.Error("lab/check.sh does not run bin/actionlint")
	}
}

func TestEveryActionIsPinnedByDigestAndSaysItsVersion(t *testing.T) {
	pinned := regexp.MustCompile(`^\s*(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, name := range workflows {
		_, text := readWorkflow(t, name)
		for i, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, line)
			}
		}
	}
}

func TestThePreviewRunsTheCLIOfTheProgramsOwnVersion(t *testing.T) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/pulumi/pulumi/sdk/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	w, _ := readWorkflow(t, "preview.yml")
	for _, s := range w.Jobs["preview"].Steps {
		if strings.HasPrefix(s.Uses, "pulumi/actions@") {
			if got, want := "v"+s.With["pulumi-version"], strings.TrimSpace(string(output)); got != want {
				t.Errorf("pulumi-version is %s, go.mod has %s", got, want)
			}
			return
		}
	}
	t.Error("the job preview does not use pulumi/actions")
}

// The page has a pipeline for GitLab, which nothing here runs: that it is YAML whose scripts are
// shell, and that it installs the same CLI, is what can be known without one.
func TestThePipelineForGitLabIsShell(t *testing.T) {
	page := read(t, "docs", "ci.md")
	_, body, ok := strings.Cut(page, "```yaml\n")
	if !ok {
		t.Fatal("no pipeline on the page")
	}
	body, _, _ = strings.Cut(body, "```")
	var pipeline map[string]any
	if err := yaml.Unmarshal([]byte(body), &pipeline); err != nil {
		t.Fatal(err)
	}
	scripts := 0
	for name, of := range pipeline {
		job, _ := of.(map[string]any)
		lines, _ := job["script"].([]any)
		for _, line := range lines {
			scripts++
			text, ok := line.(string)
			if !ok {
				t.Errorf("%s: %v is not a string to YAML; quote it", name, line)
				continue
			}
			if output, err := exec.Command("sh", "-n", "-c", text).CombinedOutput(); err != nil {
				t.Errorf("%s: %s\n%s", name, output, text)
			}
		}
	}
	if scripts < 10 {
		t.Errorf("only %d scripts", scripts)
	}
	w, _ := readWorkflow(t, "preview.yml")
	for _, s := range w.Jobs["preview"].Steps {
		if version := s.With["pulumi-version"]; version != "" && !strings.Contains(body, "--version "+version+"\n") {
			t.Errorf("it installs another CLI than preview.yml, %s", version)
		}
	}
}

func TestNoForkReachesASecretOrMayWrite(t *testing.T) {
	const ours = "github.event.pull_request.head.repo.full_name == github.repository"
	for _, name := range workflows {
		w, text := readWorkflow(t, name)
		if _, ok := w.On["pull_request_target"]; ok || strings.Contains(text, "workflow_run") {
			t.Errorf("%s: is triggered with the repository's own rights by a fork", name)
		}
		if w.Permissions == nil {
			t.Errorf("%s: has the permissions that are the repository's default", name)
		}
		for id, j := range w.Jobs {
			body, err := yaml.Marshal(j)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), "secrets.") && !strings.Contains(j.If, ours) {
				t.Errorf("%s: job %s reads a secret and runs for forks", name, id)
			}
			writes := slices.Contains(slices.Collect(maps.Values(j.Permissions)), "write")
			if writes && strings.Contains(string(body), "actions/checkout") {
				t.Errorf("%s: job %s may write and has the code of the pull request", name, id)
			}
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
					t.Errorf("%s: job %s leaves its token in the checkout", name, id)
				}
				// What somebody else chose (a title, a branch) would be read as shell.
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: job %s: %q puts an expression into a script; use env", name, id, s.Name)
				}
			}
		}
	}
}

// shell runs a step of the workflow as a runner does, with programs of our own in front of PATH.
type shell struct {
	dir, bin, temp, summary string
	env                     []string
}

func newShell(t *testing.T, env ...string) shell {
	t.Helper()
	root := t.TempDir()
	s := shell{dir: filepath.Join(root, "checkout"), bin: filepath.Join(root, "bin"), temp: filepath.Join(root, "temp"), summary: filepath.Join(root, "summary.md")}
	for _, dir := range []string{s.dir, s.bin, s.temp} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.env = append(os.Environ(), "PATH="+s.bin+":"+os.Getenv("PATH"), "RUNNER_TEMP="+s.temp, "GITHUB_STEP_SUMMARY="+s.summary)
	s.env = append(s.env, env...)
	return s
}

func (s shell) program(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.bin, name), []byte("#!/usr/bin/env bash\nset -eu\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (s shell) run(t *testing.T, jobName, stepName string) (string, int) {
	t.Helper()
	w, _ := readWorkflow(t, "preview.yml")
	for _, candidate := range w.Jobs[jobName].Steps {
		if candidate.Name != stepName {
			continue
		}
		cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", candidate.Run)
		cmd.Dir, cmd.Env = s.dir, s.env
		output, err := cmd.CombinedOutput()
		if _, exited := err.(*exec.ExitError); err != nil && !exited {
			t.Fatal(err)
		}
		return string(output), cmd.ProcessState.ExitCode()
	}
	t.Fatalf("job %s has no step %q", jobName, stepName)
	return "", 0
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func absolute(t *testing.T, path ...string) string {
	t.Helper()
	full, err := filepath.Abs(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return full
}

func TestTheWorkflowWritesTheCommentOfAPreview(t *testing.T) {
	for _, c := range []struct {
		preview, approved string
		pulumi            int // how pulumi ends
		status            int // how the step ends
		want              string
	}{
		{"configuration", "false", 0, 0, "**1 replaced**, 2 updated"},
		{"demo-removed", "false", 0, 1, "This blocks the merge until"},
		{"demo-removed", "true", 0, 0, "Approved for this commit"},
		{"refused", "false", 255, 2, "The preview failed"},
		{"wrong-type", "false", 255, 2, "must be of type 'object'"},
	} {
		t.Run(c.preview+", approved "+c.approved, func(t *testing.T) {
			s := newShell(t, "STACK=dev", "COMMIT=0123abc", "APPROVED="+c.approved, "POLICY=https://example.com", "GITHUB_WORKSPACE="+absolute(t, "."))
			s.program(t, "pulumi", fmt.Sprintf("cat %s\nexit %d\n", absolute(t, "internal", "preview", "testdata", c.preview, "events.jsonl"), c.pulumi))
			output, status := s.run(t, "preview", "Write the comment")
			if status != c.status {
				t.Errorf("the step ends with %d, want %d\n%s", status, c.status, output)
			}
			comment := read(t, s.temp, "preview", "comment.md")
			if !strings.Contains(comment, c.want) || !strings.Contains(comment, "Commit 0123abc.") {
				t.Errorf("%q or the commit is not in\n%s", c.want, comment)
			}
			if read(t, s.summary) != comment {
				t.Error("the summary of the job is something else")
			}
		})
	}
}

// A GitHub that knows one repository's comments: a file for each, NUMBER.md, the first line its
// author's name. It answers as `gh api` with the --jq of the workflow would.
const gh = `
comments=$RUNNER_TEMP/github
echo "$*" >>"$RUNNER_TEMP/calls"
method=GET body=
for argument; do
  case $argument in
  PATCH | POST | DELETE) method=$argument ;;
  repos/*/issues/comments/*) id=${argument##*/} ;;
  body=@*) body=${argument#body=@} ;;
  esac
done
case $method in
GET)
  for file in "$comments"/*.md; do
    [ "$(head -n 1 "$file")" = "github-actions[bot]" ] || continue
    printf '%s\t%s\n' "$(basename "$file" .md)" "$(sed -n 2p "$file")"
  done ;;
POST) id=$(($(ls "$comments" | wc -l) + 1)) ;;&
POST | PATCH) { echo "github-actions[bot]"; cat "$body"; } >"$comments/$id.md" ;;
esac
`

func TestEachStackHasOneCommentThatIsUpdatedInPlace(t *testing.T) {
	s := newShell(t, "GITHUB_REPOSITORY=tracestack/tracestack", "NUMBER=7")
	s.program(t, "gh", gh)
	comments := filepath.Join(s.temp, "github")
	write := func(body string, path ...string) {
		t.Helper()
		file := filepath.Join(path...)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const dev, prod = "<!-- tracestack preview of stack dev -->\n", "<!-- tracestack preview of stack prod -->\n"
	write("somebody\n"+dev+"quoted\n", comments, "1.md")
	for _, round := range []string{"first", "second"} {
		write(dev+round+"\n", s.dir, "comments", "comment-dev", "comment.md")
		write(prod+round+"\n", s.dir, "comments", "comment-prod", "comment.md")
		if output, status := s.run(t, "comment", "One comment for each stack"); status != 0 {
			t.Fatalf("%s: status %d\n%s", round, status, output)
		}
	}
	got := map[string]string{}
	files, err := filepath.Glob(filepath.Join(comments, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		got[filepath.Base(file)] = read(t, file)
	}
	want := map[string]string{
		"1.md": "somebody\n" + dev + "quoted\n",
		"2.md": "github-actions[bot]\n" + dev + "second\n",
		"3.md": "github-actions[bot]\n" + prod + "second\n",
	}
	if !maps.Equal(got, want) {
		t.Errorf("the comments are %q, want %q; calls were\n%s", got, want, read(t, s.temp, "calls"))
	}
}

func TestAForkSeesWhatIsRenderedOtherwise(t *testing.T) {
	for _, c := range []struct {
		claim, committed, rendered string
		status                     int
		want                       string
	}{
		{"nothing", "old\n", "old\n", 0, "Nothing changes."},
		{"a change with its golden", "new\n", "new\n", 0, "-old\n+new\n"},
		{"a change without its golden", "old\n", "new\n", 1, "-old\n+new\n"},
		{"a golden without its change", "new\n", "old\n", 1, "Nothing changes."},
	} {
		t.Run(c.claim, func(t *testing.T) {
			s := newShell(t)
			// Stands for the program: `go test ./stacks -update` writes what is rendered.
			s.program(t, "go", "printf '"+strings.TrimSuffix(c.rendered, "\n")+"\\n' >stacks/testdata/objects.yaml\n")
			setup := exec.Command("bash", "-ec", `
				git init -q && git config user.email a@example.com && git config user.name a
				mkdir -p stacks/testdata examples/usual
				echo same >examples/usual/objects.yaml
				echo old >stacks/testdata/objects.yaml && git add . && git commit -qm base
				printf %s "$COMMITTED" >stacks/testdata/objects.yaml && git commit -qam change --allow-empty`)
			setup.Dir, setup.Env = s.dir, append(s.env, "COMMITTED="+c.committed)
			if output, err := setup.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			output, status := s.run(t, "rendered", "What it renders")
			if status != c.status {
				t.Errorf("the step ends with %d, want %d\n%s", status, c.status, output)
			}
			if summary := read(t, s.summary); !strings.Contains(summary, c.want) {
				t.Errorf("%q is not in\n%s", c.want, summary)
			}
		})
	}
}

func TestTheVerdict(t *testing.T) {
	for _, c := range []struct {
		rendered, preview, stacks string
		merge                     bool
	}{
		{"success", "success", `["dev"]`, true},
		{"success", "skipped", "", true}, // previews are not switched on
		{"success", "skipped", `["dev"]`, false},
		{"success", "failure", `["dev"]`, false},
		{"success", "cancelled", `["dev"]`, false},
		{"failure", "success", `["dev"]`, false},
		{"cancelled", "skipped", "", false},
	} {
		s := newShell(t, "RENDERED="+c.rendered, "PREVIEW="+c.preview, "STACKS="+c.stacks)
		output, status := s.run(t, "verdict", "Whether it may be merged")
		if (status == 0) != c.merge {
			t.Errorf("%+v: status %d", c, status)
		}
		if !c.merge && !strings.Contains(output, "::error::") {
			t.Errorf("%+v: no reason in %q", c, output)
		}
	}
}

func TestWithoutAKubeconfigThePreviewSaysSo(t *testing.T) {
	home := t.TempDir()
	s := newShell(t, "STACK=dev", "HOME="+home, "CONTENTS=")
	if output, status := s.run(t, "preview", "Credentials of the cluster"); status == 0 || !strings.Contains(output, "no secret KUBECONFIG") {
		t.Errorf("status %d: %s", status, output)
	}
	s = newShell(t, "STACK=dev", "HOME="+home, "CONTENTS=kind: Config")
	if output, status := s.run(t, "preview", "Credentials of the cluster"); status != 0 {
		t.Fatalf("status %d: %s", status, output)
	}
	file := filepath.Join(home, ".kube", "config")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 || !bytes.Equal([]byte(read(t, file)), []byte("kind: Config\n")) {
		t.Errorf("%s: %v %q", file, info.Mode(), read(t, file))
	}
}
