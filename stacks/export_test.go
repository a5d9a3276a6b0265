package stacks

import (
	"net/http"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RunAlone is the program where no server is asked anything.
func RunAlone(ctx *pulumi.Context) error { return run(ctx) }

// Sign signs a request, for its test against AWS' own example.
func Sign(request *http.Request, user, password, region string, at time.Time) {
	sign(request, signer{user, password, region}, at)
}

// Refused is the message of a refusal.
var Refused = refused
