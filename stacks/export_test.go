package stacks

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RunAlone is the program where no server is asked anything.
func RunAlone(ctx *pulumi.Context) error { return run(ctx) }

// Sign signs a request, for its test against AWS' own example.
func Sign(request *http.Request, user, password, region string, at time.Time) {
	sign(request, signer{user, password, region}, at)
}

// Uninjected are the warnings of pods in a namespace of the cluster with this API.
func Uninjected(ctx context.Context, api, kubecontext, namespace string) []string {
	at, err := url.Parse(api)
	if err != nil {
		panic(err)
	}
	return (&kubeClient{http.DefaultClient, at}).uninjected(ctx, kubecontext, namespace)
}

// Refused is the message of a refusal.
var Refused = refused
