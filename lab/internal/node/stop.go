package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Stop ends the node and removes everything of it, whatever state it is in; it is not an error if
// nothing is there. The caller holds the lock.
func Stop(ctx context.Context, state State) error {
	owner, err := state.Owner()
	if err != nil {
		return err
	}
	if owner.Alive() {
		// The kernel ends every process of the namespace with its first one.
		if err := unix.Kill(owner.PID, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("end the node's first process %d: %w", owner.PID, err)
		}
	}
	if err := state.endStrays(ctx); err != nil {
		return err
	}
	if err := state.endMembers(ctx); err != nil {
		return err
	}
	if err := until(ctx, "the node's network to go", func() bool {
		_, err := netlink.LinkByName(state.network().link)
		return err != nil && !owner.Alive()
	}); err != nil {
		return err
	}
	if err := state.removeCgroup(ctx); err != nil {
		return err
	}
	return os.RemoveAll(string(state))
}

// until polls what the kernel does on its own, and says what it waited for in vain.
func until(ctx context.Context, what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
