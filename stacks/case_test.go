package stacks_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/esc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// engineConfig gives a stack file's keys as the engine hands them over: with the project's
// defaults and schema applied by the engine's own code, secrets in plain and named.
func engineConfig(t *testing.T, file string) (values map[string]string, secret []string, err error) {
	t.Helper()
	project, err := workspace.LoadProject(filepath.Join("..", "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sink := diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never})
	stack, err := workspace.LoadProjectStack(sink, project, file)
	if err != nil {
		t.Fatal(err)
	}
	err = workspace.ValidateStackConfigAndApplyProjectConfig(t.Context(), "test", project, esc.Value{}, stack.Config, clear{}, clear{})
	if err != nil {
		return nil, nil, err
	}
	plain, err := stack.Config.Decrypt(clear{})
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]string{}
	for key, value := range plain {
		values[key.String()] = value
	}
	for _, key := range stack.Config.SecureKeys() {
		secret = append(secret, key.String())
	}
	return values, secret, nil
}

// clear reads `secure: text` as the text, so that a case can be written without a passphrase.
type clear struct{}

func (clear) DecryptValue(_ context.Context, text string) (string, error) { return text, nil }
func (clear) EncryptValue(_ context.Context, text string) (string, error) { return text, nil }

func (clear) BatchDecrypt(_ context.Context, texts []string) ([]string, error) { return texts, nil }
func (clear) BatchEncrypt(_ context.Context, texts []string) ([]string, error) { return texts, nil }
