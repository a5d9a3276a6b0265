package e2e_test

import (
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
)

// The claims about Tempo's bucket: who can use it, and where its credentials are.
func TestTempoKeepsItsTracesInABucketOfItsOwn(t *testing.T) {
	t.Parallel()
	server := bucket.OwnServer(t, lab)
	s := newStack(t, nil)
	b := bucket.New(t, lab, s, server, nil)
	if !t.Run("up gives a stack that stores a whole trace", func(t *testing.T) {
		stacktest.Up(t, s)
		traffic.Dispatch(t, traffic.Demo(t, s))
	}) {
		return
	}
	t.Run("its key can use its bucket and nothing else", func(t *testing.T) { boundKey(t, b) })
	t.Run("credentials are in their Secrets, and sealed in the state", func(t *testing.T) { sealedCredentials(t, b) })
}
