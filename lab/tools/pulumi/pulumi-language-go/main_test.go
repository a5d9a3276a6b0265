package main

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestResponse(t *testing.T) {
	exited := func(code string) error { return exec.Command("sh", "-c", "exit "+code).Run() }
	for name, c := range map[string]struct {
		err   error
		bail  bool
		error string
	}{
		"a program that ended well":                    {},
		"one that told the engine why it failed bails": {err: exited("32"), bail: true},
		"another exit is reported with its code":       {err: exited("7"), error: "exit code: 7"},
		"one that could not be started says why":       {err: errors.New("no such file"), error: "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			got := response(c.err)
			if got.GetBail() != c.bail || !strings.Contains(got.GetError(), c.error) || (c.error == "") != (got.GetError() == "") {
				t.Errorf("bail %v, error %q", got.GetBail(), got.GetError())
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Run("the program learns its run as from upstream's host", func(t *testing.T) {
		got, err := environment("127.0.0.1:1", &pulumirpc.RunRequest{
			Project: "p", Stack: "s", DryRun: true, Parallel: 4, MonitorAddress: "127.0.0.1:2",
			Config: map[string]string{"p:k": "v"}, ConfigSecretKeys: []string{"p:k"},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"PULUMI_PROJECT=p", "PULUMI_STACK=s", "PULUMI_DRY_RUN=true", "PULUMI_PARALLEL=4",
			"PULUMI_MONITOR=127.0.0.1:2", "PULUMI_ENGINE=127.0.0.1:1",
			`PULUMI_CONFIG={"p:k":"v"}`, `PULUMI_CONFIG_SECRET_KEYS=["p:k"]`,
		} {
			if !slices.Contains(got, want) {
				t.Errorf("%s is missing", want)
			}
		}
	})
}
