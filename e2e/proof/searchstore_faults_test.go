package proof_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// refusal is what the store's answer to a wrong password becomes.
const refusal = "failed to create Elasticsearch client: elastic: Error 401 (Unauthorized)"

// An update waits ten minutes for a pod that does not start.
func TestAWrongPasswordOfASearchStoreIsToldAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	stacktest.Up(t, s.Stack)
	const first, second = "elasticsearch-first", "elasticsearch-second"
	s.Secret(t, first, "password", "wrong")
	s.Secret(t, second, "password", "wrong")
	t.Run("corrected in its Secret while an update waits, the update ends well", func(t *testing.T) {
		flow := s.Send(t)
		ended := upWith(t, s, first)
		toldBy(t, s, "jaeger-collector")
		toldBy(t, s, "jaeger-query")
		right := base64.StdEncoding.EncodeToString([]byte(s.Store.Jaeger.Password))
		if _, err := kube.Resource(cluster.Core("secrets"), s.Stack.Namespace).Patch(t.Context(), first,
			types.MergePatchType, fmt.Appendf(nil, `{"data":{"password":%q}}`, right), metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		s.Stored(t, flow, 20)
	})
	t.Run("otherwise the update ends with the store's answer, and the old pods go on", func(t *testing.T) {
		flow := s.Send(t)
		ended := upWith(t, s, second)
		toldBy(t, s, "jaeger-collector")
		s.Stored(t, flow, 20)
		stacktest.Refused(t, <-ended, "'jaeger-collector' timed out waiting to be Ready", refusal)
	})
	t.Run("the right one brings it up again", func(t *testing.T) {
		flow := s.Send(t)
		stacktest.Configure(t, s.Stack, s.With(searchstore.PasswordSecret))
		stacktest.Up(t, s.Stack)
		s.Stored(t, flow, 5)
	})
}

// upWith begins to bring the stack up with the password in this Secret.
func upWith(t *testing.T, s searchstore.Stack, secret string) <-chan error {
	t.Helper()
	stacktest.Configure(t, s.Stack, s.With(secret))
	ended := make(chan error, 1)
	go func() { _, err := s.Up(t.Context()); ended <- err }()
	return ended
}

// toldBy waits until a container of this instance has ended with the refusal as its last words.
func toldBy(t *testing.T, s searchstore.Stack, instance string) {
	t.Helper()
	wait.For(t, "the last words of "+instance, func() error {
		if words := s.LastWords(t, instance); !strings.Contains(words, refusal) {
			return fmt.Errorf("%q", words)
		}
		return nil
	})
}

func TestWhileTheSearchStoreIsAwayForTwoMinutesNothingIsLost(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	stacktest.Up(t, s.Stack)
	s.Away(t, 2*time.Minute)
}
