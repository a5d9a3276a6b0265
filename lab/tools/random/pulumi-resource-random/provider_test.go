package main

import (
	"slices"
	"testing"

	sdk "github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// resources are those of the SDK, by their tokens there.
var resources = map[string]pulumi.Input{
	"random:index/randomBytes:RandomBytes":       sdk.RandomBytesArgs{},
	"random:index/randomId:RandomId":             sdk.RandomIdArgs{},
	"random:index/randomInteger:RandomInteger":   sdk.RandomIntegerArgs{},
	"random:index/randomPassword:RandomPassword": sdk.RandomPasswordArgs{},
	"random:index/randomPet:RandomPet":           sdk.RandomPetArgs{},
	"random:index/randomShuffle:RandomShuffle":   sdk.RandomShuffleArgs{},
	"random:index/randomString:RandomString":     sdk.RandomStringArgs{},
	"random:index/randomUuid:RandomUuid":         sdk.RandomUuidArgs{},
	"random:index/randomUuid4:RandomUuid4":       sdk.RandomUuid4Args{},
	"random:index/randomUuid7:RandomUuid7":       sdk.RandomUuid7Args{},
}

func TestThePluginHasTheResourcesOfTheSDKAndTakesWhatTheyAreGiven(t *testing.T) {
	p := provider()
	var served []string
	for name, r := range p.Resources {
		served = append(served, string(r.Tok))
		args := resources[string(r.Tok)]
		if args == nil {
			t.Errorf("%s is not in the SDK", r.Tok)
			continue
		}
		attributes := p.P.ResourcesMap().Get(name).Schema()
		sent := args.ElementType()
		for i := range sent.NumField() {
			property := sent.Field(i).Tag.Get("pulumi")
			if attributes.Get(tfbridge.PulumiToTerraformName(property, attributes, r.Fields)) == nil {
				t.Errorf("%s: the plugin has no property %s", name, property)
			}
		}
	}
	for token := range resources {
		if !slices.Contains(served, token) {
			t.Errorf("%s is not in the plugin", token)
		}
	}
}

func TestRandomBytesAreTheirOwnID(t *testing.T) {
	for claim, state := range map[string]resource.PropertyMap{
		"in plain":    {"base64": resource.NewProperty("AAEC")},
		"as a secret": {"base64": resource.MakeSecret(resource.NewProperty("AAEC"))},
	} {
		t.Run(claim, func(t *testing.T) {
			if id, err := base64ID(t.Context(), state); id != "AAEC" || err != nil {
				t.Errorf("got %q, %v", id, err)
			}
		})
	}
	t.Run("without bytes there is none", func(t *testing.T) {
		if _, err := base64ID(t.Context(), resource.PropertyMap{}); err == nil {
			t.Error("there is")
		}
	})
}
