// Package stack runs the ordinary Pulumi flow in the lab: the real CLI on the project's own folder
// and stack files, with a state backend and a home of the lab's own.
package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tracestack/tracestack/lab/internal/child"
	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/internal/platform"
)

// Project is a Pulumi project whose stacks run in the lab.
type Project struct {
	// Dir is the project's folder, the checkout.
	Dir   string
	State node.State
}

// Setting is one environment variable.
type Setting struct{ Name, Value string }

// Settings make an ordinary shell's pulumi and kubectl work on the lab.
func (p Project) Settings() []Setting {
	return []Setting{
		{"PATH", p.State.Path("bin") + ":" + os.Getenv("PATH")},
		{"KUBECONFIG", p.State.Kubeconfig()},
		{"PULUMI_HOME", p.State.Path("pulumi")},
		{"PULUMI_BACKEND_URL", "file://" + p.State.Path("stacks")},
		{"PULUMI_CONFIG_PASSPHRASE_FILE", p.State.Path("passphrase")},
		// What belongs to the passphrase is in the state, so the stack files need not keep it.
		{"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER", "true"},
		// Every plugin is installed; there is nowhere to fetch another or a newer CLI from.
		{"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"},
		{"PULUMI_SKIP_UPDATE_CHECK", "true"},
	}
}

// Environ is the caller's environment with the settings.
func (p Project) Environ() []string {
	env := os.Environ()
	for _, s := range p.Settings() {
		env = append(env, s.Name+"="+s.Value)
	}
	return env
}

// File is the path of a stack's configuration file.
func (p Project) File(stack string) string {
	return filepath.Join(p.Dir, "Pulumi."+stack+".yaml")
}

// Stacks are the names of the stacks that the project has a file for.
func (p Project) Stacks() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(p.Dir, "Pulumi.*.yaml"))
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	return names, err
}

// Up makes the stack if it is not there and brings it up, showing the engine's own output. Pulumi
// rewrites the configuration file that it is given, so it is given a copy, with the settings that the
// file leaves to the platform.
func (p Project) Up(ctx context.Context, stack string, settings []platform.Setting, out io.Writer) error {
	if err := p.create(ctx, stack); err != nil {
		return err
	}
	if err := p.set(ctx, stack, settings); err != nil {
		return err
	}
	if err := p.free(ctx, stack, out); err != nil {
		return err
	}
	cmd := p.command(ctx, p.Dir, "up", "--yes", "--skip-preview", "--suppress-permalink", "--stack", stack,
		"--config-file", p.Copy(stack))
	cmd.Stdout, cmd.Stderr = out, out
	// Killed outright instead of interrupted, it would leave half-written files in its state.
	if err := child.Run(cmd, syscall.SIGINT); err != nil {
		return fmt.Errorf("pulumi up --stack %s: %w", stack, err)
	}
	return nil
}

// copies is the folder in the lab's state that stands for the project where Pulumi would write.
func (p Project) copies() string { return p.State.Path("project") }

// Copy is the file that a stack is brought up with.
func (p Project) Copy(stack string) string {
	return filepath.Join(p.copies(), filepath.Base(p.File(stack)))
}

// set adds the settings that the stack's file does not have to its copy. The values are handed over
// on standard input: arguments are everybody's to read.
func (p Project) set(ctx context.Context, stack string, settings []platform.Setting) error {
	given, err := p.Config(stack)
	if err != nil {
		return err
	}
	for _, s := range settings {
		if _, has := given[s.Key]; has {
			continue
		}
		cmd := p.command(ctx, p.copies(), "config", "set", fmt.Sprintf("--secret=%t", s.Secret), s.Key,
			"--stack", stack, "--config-file", p.Copy(stack))
		cmd.Stdin = strings.NewReader(s.Value)
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("pulumi config set %s: %w\n%s", s.Key, err, output)
		}
	}
	return nil
}

// create initialises a stack where the lab's state has none of that name.
func (p Project) create(ctx context.Context, stack string) error {
	if err := os.MkdirAll(p.copies(), 0o755); err != nil {
		return err
	}
	for _, file := range []string{filepath.Join(p.Dir, "Pulumi.yaml"), p.File(stack)} {
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(p.copies(), filepath.Base(file)), body, 0o644); err != nil {
			return err
		}
	}
	exists, err := p.Exists(ctx, stack)
	if err != nil || exists {
		return err
	}
	_, err = p.run(ctx, "stack", "init", "--no-select", "--stack", stack)
	return err
}

// Outputs are the stack's outputs.
func (p Project) Outputs(ctx context.Context, stack string) (map[string]any, error) {
	body, err := p.run(ctx, "stack", "output", "--json", "--stack", stack)
	if err != nil {
		return nil, err
	}
	var outputs map[string]any
	return outputs, json.Unmarshal(body, &outputs)
}

// Exists reports whether the lab's state has the stack.
func (p Project) Exists(ctx context.Context, stack string) (bool, error) {
	body, err := p.run(ctx, "stack", "ls", "--json")
	if err != nil {
		return false, err
	}
	var stacks []struct{ Name string }
	if err := json.Unmarshal(body, &stacks); err != nil {
		return false, err
	}
	for _, s := range stacks {
		if s.Name == stack {
			return true, nil
		}
	}
	return false, nil
}

func (p Project) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.State.Path("bin", "pulumi"), args...)
	cmd.Dir, cmd.Env = dir, p.Environ()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	// An engine that waits for a cluster that is gone is not waited for.
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run is for commands that need no program, only the project's name.
func (p Project) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := p.command(ctx, p.copies(), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	body, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("pulumi %s: %w\n%s%s", strings.Join(args, " "), err, body, stderr.Bytes())
	}
	return body, nil
}
