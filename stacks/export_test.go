package stacks

import (
	"context"
	"net/http"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/config"
)

// RunAlone is the program where no server is asked anything.
func RunAlone(ctx *pulumi.Context) error {
	return run(ctx, func(context.Context, config.Config) error { return nil })
}

// Sign signs a request, for its test against AWS' own example.
func Sign(request *http.Request, user, password, region string, at time.Time) {
	sign(request, signer{user, password, region}, at)
}

// Refused is the message of a refusal.
var Refused = refused
