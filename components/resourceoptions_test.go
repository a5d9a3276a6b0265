package components_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
)

func TestWhatACallerProtectsOrRetainsIsSoDownToTheLastChild(t *testing.T) {
	for name, made := range map[string]func(*pulumi.Context, ...pulumi.ResourceOption) error{
		"TempoStack": func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := components.NewTempoStack(ctx, "tempo", &components.TempoStackArgs{Namespace: pulumi.String("ns")}, opts...)
			return err
		},
		"MinioBucket": func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := components.NewMinioBucket(ctx, "store", traces(nil), opts...)
			return err
		},
	} {
		for _, option := range []struct {
			claim    string
			given    pulumi.ResourceOption
			holdsFor func(pulumitest.Resource) bool
		}{
			{"protected", pulumi.Protect(true), func(r pulumitest.Resource) bool { return r.Protected }},
			{"retained", pulumi.RetainOnDelete(true), func(r pulumitest.Resource) bool { return r.Retained }},
		} {
			t.Run(name+" "+option.claim, func(t *testing.T) {
				for _, r := range run(t, func(ctx *pulumi.Context) error { return made(ctx, option.given) }) {
					if !option.holdsFor(r) {
						t.Errorf("%s %s is not %s", r.Type, r.Name, option.claim)
					}
				}
			})
		}
	}
}
