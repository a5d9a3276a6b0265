package project

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"sigs.k8s.io/yaml"
)

// Stack is a stack of the project, with a namespace of its own.
type Stack struct {
	Name, Namespace string

	lab  *Lab
	auto auto.Stack
	file string
	// salt is the salt of the stack's secrets.
	salt string
}

// Config are a stack's settings, by their full keys.
type Config map[string]any

// RandomName is a name for a stack and its namespace that nobody else has.
func RandomName() string { return "e2e-" + strings.ToLower(rand.Text()[:8]) }

// NewStack makes an empty stack. Its configuration file and what Pulumi writes beside a project
// are in dir. Settings are added to those of a small stack in the lab; nil takes one away.
func (l *Lab) NewStack(ctx context.Context, dir string, settings Config) (*Stack, error) {
	name := RandomName()
	s := &Stack{Name: name, Namespace: name, lab: l, file: filepath.Join(dir, "config.yaml")}
	// Beside a copy of the project's file, because making a stack writes a file there.
	body, err := os.ReadFile(filepath.Join(l.Root, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), body, 0o644); err != nil {
		return nil, err
	}
	aside, err := l.workspace(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := aside.CreateStack(ctx, name); err != nil {
		return nil, err
	}
	if s.salt, err = saltIn(filepath.Join(dir, "Pulumi."+name+".yaml")); err != nil {
		return nil, err
	}
	if err := s.Configure(settings); err != nil {
		return nil, err
	}
	project, err := l.workspace(ctx, l.Root)
	if err != nil {
		return nil, err
	}
	s.auto, err = auto.SelectStack(ctx, name, project)
	return s, err
}

func (l *Lab) workspace(ctx context.Context, dir string) (auto.Workspace, error) {
	return auto.NewLocalWorkspace(ctx, auto.WorkDir(dir), auto.PulumiHome(l.home))
}

// Configure replaces the stack's settings.
func (s *Stack) Configure(settings Config) error { return s.Write(s.file, settings) }

// Write writes a configuration file as Configure does, but somewhere else.
func (s *Stack) Write(file string, settings Config) error {
	all := Config{
		"kubernetes:context":   Context,
		"tracestack:namespace": s.Namespace,
		"tracestack:demo":      true,
	}
	maps.Copy(all, settings)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	// JSON is YAML.
	body, err := json.MarshalIndent(map[string]any{"config": all, "encryptionsalt": s.salt}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, body, 0o644)
}

// Seal makes a secret a setting, as `pulumi config set --secret` does.
func (s *Stack) Seal(ctx context.Context, secret string) (any, error) {
	file := filepath.Join(filepath.Dir(s.file), "sealed.yaml")
	if err := s.Write(file, nil); err != nil {
		return nil, err
	}
	const key = "minio:sealed"
	cmd := exec.CommandContext(ctx, "pulumi", "config", "set", "--secret", key, "--stack", s.Name, "--config-file", file)
	cmd.Dir, cmd.Env, cmd.Stdin = s.lab.Root, s.Environ(), strings.NewReader(secret)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pulumi config set: %w\n%s", err, output)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	written := struct{ Config Config }{}
	if err := yaml.Unmarshal(body, &written); err != nil || written.Config[key] == nil {
		return nil, fmt.Errorf("nothing was sealed: %v", err)
	}
	return written.Config[key], nil
}

func saltIn(file string) (string, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	written := struct {
		Salt string `json:"encryptionsalt"`
	}{}
	if err := yaml.Unmarshal(body, &written); err != nil || written.Salt == "" {
		return "", fmt.Errorf("%s has no salt: %v", file, err)
	}
	return written.Salt, nil
}

// Up is `pulumi up`.
func (s *Stack) Up(ctx context.Context, options ...optup.Option) (auto.UpResult, error) {
	return s.auto.Up(ctx, append(options, optup.ConfigFile(s.file), optup.SuppressProgress())...)
}

// Preview is `pulumi preview`.
func (s *Stack) Preview(ctx context.Context, options ...optpreview.Option) (auto.PreviewResult, error) {
	return s.auto.Preview(ctx, append(options, optpreview.ConfigFile(s.file), optpreview.SuppressProgress())...)
}

// Refresh is `pulumi refresh`.
func (s *Stack) Refresh(ctx context.Context, options ...optrefresh.Option) (auto.RefreshResult, error) {
	return s.auto.Refresh(ctx, append(options, optrefresh.ConfigFile(s.file), optrefresh.SuppressProgress())...)
}

// Destroy is `pulumi destroy`.
func (s *Stack) Destroy(ctx context.Context, options ...optdestroy.Option) (auto.DestroyResult, error) {
	return s.auto.Destroy(ctx, append(options, optdestroy.ConfigFile(s.file), optdestroy.SuppressProgress())...)
}

// Remove destroys whatever there is of the stack, and the stack.
func (s *Stack) Remove(ctx context.Context) error {
	// Whatever a test left in the file, the engine must accept it.
	if err := s.Configure(nil); err != nil {
		return err
	}
	if _, err := s.Destroy(ctx); err != nil {
		return fmt.Errorf("destroy stack %s: %w", s.Name, err)
	}
	return s.auto.Workspace().RemoveStack(ctx, s.Name)
}

// Command runs the CLI on the stack, as a person does in the checkout.
func (s *Stack) Command(ctx context.Context, args ...string) *exec.Cmd {
	return s.State(ctx, append(args, "--config-file", s.file)...)
}

// State is Command for operations that take no configuration file, such as stack output.
func (s *Stack) State(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "pulumi", append(args, "--stack", s.Name)...)
	cmd.Dir, cmd.Env = s.lab.Root, s.Environ()
	return cmd
}

// File is the stack's configuration file as it is.
func (s *Stack) File() ([]byte, error) { return os.ReadFile(s.file) }

// Environ is the environment in which the CLI finds the stack.
func (s *Stack) Environ() []string { return append(os.Environ(), "PULUMI_HOME="+s.lab.home) }

// With is settings with changes; nil takes one away.
func With(settings, changes Config) Config {
	all := maps.Clone(settings)
	maps.Copy(all, changes)
	return all
}
