// Package wait polls until something is so. It knows nothing of what is waited for.
package wait

import (
	"testing"
	"time"
)

// For waits as long as most things in the lab may take.
func For(t *testing.T, what string, check func() error) {
	t.Helper()
	AtMost(t, 90*time.Second, what, check)
}

// AtMost polls until the check finds nothing missing. If it waits in vain, it says what was seen last.
func AtMost(t *testing.T, patience time.Duration, what string, check func() error) {
	t.Helper()
	deadline := time.After(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("waited for %s; last seen: %v", what, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
