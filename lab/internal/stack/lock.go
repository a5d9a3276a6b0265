package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long an update that was told to stop may take: it ends what it has begun.
const patience = time.Minute

// free waits until no update of the stack runs, and takes away the locks of updates that were
// killed: with one there, every later update is refused. If one still runs after all, pulumi says so.
func (p Project) free(ctx context.Context, stack string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for told := false; ; told = true {
		held, err := p.release(stack)
		if err != nil || !held {
			return err
		}
		if !told {
			fmt.Fprintf(out, "another update of stack %s is running: waiting for its end\n", stack)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// release removes the locks whose process is gone, and reports whether there are others.
func (p Project) release(stack string) (held bool, err error) {
	locks, err := filepath.Glob(p.State.Path("stacks", ".pulumi", "locks", "*", "*", stack, "*.json"))
	for _, lock := range locks {
		if p.holds(lock) {
			held = true
			continue
		}
		if gone := os.Remove(lock); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return held, err
}

// holds reports whether the process that a lock names still is this lab's pulumi.
func (p Project) holds(lock string) bool {
	var holder struct {
		PID int `json:"pid"`
	}
	body, err := os.ReadFile(lock)
	if err != nil || json.Unmarshal(body, &holder) != nil {
		return false
	}
	program, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", holder.PID))
	return strings.HasPrefix(program, p.State.Path("bin", "pulumi"))
}
