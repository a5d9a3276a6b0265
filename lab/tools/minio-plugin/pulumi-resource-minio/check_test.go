package main

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// check is what the engine asks first of all: which inputs will be used, and what is wrong with them.
func check(t *testing.T, urn string, inputs resource.PropertyMap) (resource.PropertyMap, []*pulumirpc.CheckFailure) {
	t.Helper()
	p := provider()
	server := tfbridge.NewProvider(context.Background(), nil, "minio", version, p.P, p, schema())
	news, err := plugin.MarshalProperties(inputs, plugin.MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn, News: news, RandomSeed: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	used, err := plugin.UnmarshalProperties(answer.Inputs, plugin.MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return used, answer.Failures
}

func TestCheck(t *testing.T) {
	const stack = "urn:pulumi:s::p::"
	t.Run("a service account that is given neither an end nor a name gets no name, and is taken", func(t *testing.T) {
		used, failures := check(t, stack+"minio:index/iamServiceAccount:IamServiceAccount::tempo",
			resource.NewPropertyMapFromMap(map[string]any{"targetUser": "tempo"}))
		if len(failures) != 0 {
			t.Errorf("refused: %v", failures)
		}
		if name := used["name"]; name.HasValue() {
			t.Errorf("it is named %v", name)
		}
	})
	t.Run("a user without a name gets one of its logical name", func(t *testing.T) {
		used, _ := check(t, stack+"minio:index/iamUser:IamUser::tempo", resource.PropertyMap{})
		if name := used["name"]; !name.IsString() || !strings.HasPrefix(name.StringValue(), "tempo-") {
			t.Errorf("it is named %v", name)
		}
	})
}
