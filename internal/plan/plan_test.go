package plan_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/plan"
)

func TestAPlanHasEachObjectAndNothingOfSomebodyElse(t *testing.T) {
	objects, err := plan.Objects(t.Context(), "project", "stack", func(ctx *pulumi.Context) error {
		id, err := random.NewRandomId(ctx, "id", &random.RandomIdArgs{ByteLength: pulumi.Int(4)})
		if err != nil {
			return err
		}
		if _, err := corev1.NewSecret(ctx, "secret", &corev1.SecretArgs{
			Metadata:   &metav1.ObjectMetaArgs{Name: pulumi.String(ctx.Project() + "-" + ctx.Stack()), Namespace: pulumi.String("ns")},
			StringData: pulumi.StringMap{"made-up": pulumi.ToSecret(id.Hex).(pulumi.StringOutput)},
		}); err != nil {
			return err
		}
		theirs := &pulumi.CustomResourceState{}
		if err := ctx.ReadResource("kubernetes:core/v1:ConfigMap", "theirs", pulumi.ID("ns/theirs"), pulumi.Map{}, theirs); err != nil {
			return err
		}
		_, err = apiextensions.NewCustomResourcePatch(ctx, "theirs", &apiextensions.CustomResourcePatchArgs{
			ApiVersion: pulumi.String("example.com/v1"), Kind: pulumi.String("Thing"),
			Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("theirs"), Namespace: pulumi.String("ns")},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 1 {
		t.Fatalf("got %v, want the Secret alone", objects)
	}
	got := objects[0]
	if named := [4]string{got.APIVersion, got.Kind, got.Namespace, got.Name}; named != [4]string{"v1", "Secret", "ns", "project-stack"} {
		t.Errorf("got %q", named)
	}
	if metadata, ok := got.Body["metadata"].(map[string]any); !ok || metadata["name"] != "project-stack" {
		t.Errorf("its body is %v", got.Body)
	}
}

func TestAProgramThatFailsHasNoPlan(t *testing.T) {
	_, err := plan.Objects(t.Context(), "project", "stack", func(*pulumi.Context) error { return errors.New("no such thing") })
	if err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("got %v", err)
	}
}
