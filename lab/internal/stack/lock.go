package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// release takes away the locks that killed updates left on a stack: with one there, every later
// update is refused. The lock of an update that runs stays.
func (p Project) release(stack string) error {
	locks, err := filepath.Glob(p.State.Path("stacks", ".pulumi", "locks", "*", "*", stack, "*.json"))
	for _, lock := range locks {
		if !p.held(lock) {
			err = errors.Join(err, os.Remove(lock))
		}
	}
	return err
}

// held reports whether the process that a lock names still is this lab's pulumi.
func (p Project) held(lock string) bool {
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
