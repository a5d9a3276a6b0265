package main

import (
	"reflect"
	"slices"
	"testing"

	sdk "github.com/pulumi/pulumi-minio/sdk/go/minio"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// resources are those of the SDK, by their tokens there.
var resources = map[string]pulumi.Input{
	"minio:index/iamGroup:IamGroup":                                         sdk.IamGroupArgs{},
	"minio:index/iamGroupMembership:IamGroupMembership":                     sdk.IamGroupMembershipArgs{},
	"minio:index/iamGroupPolicy:IamGroupPolicy":                             sdk.IamGroupPolicyArgs{},
	"minio:index/iamGroupPolicyAttachment:IamGroupPolicyAttachment":         sdk.IamGroupPolicyAttachmentArgs{},
	"minio:index/iamGroupUserAttachment:IamGroupUserAttachment":             sdk.IamGroupUserAttachmentArgs{},
	"minio:index/iamPolicy:IamPolicy":                                       sdk.IamPolicyArgs{},
	"minio:index/iamServiceAccount:IamServiceAccount":                       sdk.IamServiceAccountArgs{},
	"minio:index/iamUser:IamUser":                                           sdk.IamUserArgs{},
	"minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment":           sdk.IamUserPolicyAttachmentArgs{},
	"minio:index/ilmPolicy:IlmPolicy":                                       sdk.IlmPolicyArgs{},
	"minio:index/kmsKey:KmsKey":                                             sdk.KmsKeyArgs{},
	"minio:index/s3Bucket:S3Bucket":                                         sdk.S3BucketArgs{},
	"minio:index/s3BucketNotification:S3BucketNotification":                 sdk.S3BucketNotificationArgs{},
	"minio:index/s3BucketPolicy:S3BucketPolicy":                             sdk.S3BucketPolicyArgs{},
	"minio:index/s3BucketServerSideEncryption:S3BucketServerSideEncryption": sdk.S3BucketServerSideEncryptionArgs{},
	"minio:index/s3BucketVersioning:S3BucketVersioning":                     sdk.S3BucketVersioningArgs{},
	"minio:index/s3Object:S3Object":                                         sdk.S3ObjectArgs{},
}

func TestThePluginHasTheResourcesOfTheSDKAndNoOthers(t *testing.T) {
	p := provider()
	var served []string
	for _, r := range p.Resources {
		served = append(served, string(r.Tok))
		if resources[string(r.Tok)] == nil {
			t.Errorf("%s is not in the SDK", r.Tok)
		}
	}
	for token := range resources {
		if !slices.Contains(served, token) {
			t.Errorf("%s is not in the plugin", token)
		}
	}
}

func TestThePluginTakesWhatTheSDKSends(t *testing.T) {
	p := provider()
	for name, r := range p.Resources {
		t.Run(name, func(t *testing.T) {
			takes(t, resources[string(r.Tok)], p.P.ResourcesMap().Get(name).Schema(), r.Fields)
		})
	}
	t.Run("configuration", func(t *testing.T) { takes(t, sdk.ProviderArgs{}, p.P.Schema(), p.Config) })
}

// takes holds that each property of the SDK is an attribute of the Terraform provider under the name
// that the bridge gives it, and a list where it is a list.
func takes(t *testing.T, args pulumi.Input, attributes shim.SchemaMap, info map[string]*tfbridge.SchemaInfo) {
	t.Helper()
	lists := map[string]bool{}
	attributes.Range(func(name string, a shim.Schema) bool {
		many := (a.Type() == shim.TypeList || a.Type() == shim.TypeSet) && a.MaxItems() != 1
		lists[tfbridge.TerraformToPulumiNameV2(name, attributes, info)] = many
		return true
	})
	sent := args.ElementType()
	for i := range sent.NumField() {
		property := sent.Field(i).Tag.Get("pulumi")
		list, known := lists[property]
		if !known {
			t.Errorf("%s: the plugin has no such property", property)
		}
		if kind := sent.Field(i).Type.Kind(); list != (kind == reflect.Slice) {
			t.Errorf("%s: a %s in the SDK, a list in the plugin: %t", property, kind, list)
		}
	}
}
