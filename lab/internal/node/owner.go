package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Owner says which checkout holds the machine's node. It is written before the node's first
// process is allowed to go on, so a process of the node never runs unrecorded.
type Owner struct {
	Checkout string    `json:"checkout"`
	PID      int       `json:"pid"`
	Born     string    `json:"born"`
	Since    time.Time `json:"since"`
	// Ready is set once the cluster answers: a node that never came so far is started over.
	Ready bool `json:"ready"`
}

// Alive reports whether the node's first process runs. The start time tells it from another
// process that was given the same id since.
func (o Owner) Alive() bool { return o.PID != 0 && born(o.PID) == o.Born }

// Guard returns a context that ends with the node, so that nothing goes on dialling its addresses
// when they are its addresses no more.
func (s State) Guard(ctx context.Context) (context.Context, error) {
	o, err := s.Owner()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for o.Alive() {
			select {
			case <-ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
		cancel(fmt.Errorf("the node has ended: see %s", s.Log("node")))
	}()
	return ctx, nil
}

// Owner reads who holds the node; the zero Owner where nobody does.
func (s State) Owner() (Owner, error) {
	var o Owner
	body, err := os.ReadFile(s.path("owner.json"))
	if errors.Is(err, os.ErrNotExist) {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	// A half-written record belongs to a run that was killed before its node went on.
	_ = json.Unmarshal(body, &o)
	return o, nil
}

func (s State) setOwner(o Owner) error {
	body, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	next := s.path("owner.json.next")
	if err := os.WriteFile(next, body, 0o644); err != nil {
		return err
	}
	return os.Rename(next, s.path("owner.json"))
}

// HeldError says that another checkout holds the node.
type HeldError struct{ Owner Owner }

func (e *HeldError) Error() string {
	return fmt.Sprintf("the lab is held by the checkout %s since %s (process %d): run `make down` there, or take it over with `make down FORCE=1` here",
		e.Owner.Checkout, e.Owner.Since.Format("2006-01-02 15:04:05"), e.Owner.PID)
}

// Check returns a HeldError where another checkout's node runs.
func (s State) Check(checkout string) (Owner, error) {
	o, err := s.Owner()
	if err != nil {
		return o, err
	}
	if o.Alive() && o.Checkout != checkout {
		return o, &HeldError{Owner: o}
	}
	return o, nil
}

// Lock makes the holder the only one that starts or stops the node. The kernel releases it with
// the process, so a killed run leaves no lock behind.
func (s State) Lock() (unlock func(), err error) {
	for {
		if err := os.MkdirAll(string(s), 0o755); err != nil {
			return nil, err
		}
		file, err := os.Open(string(s))
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			file.Close()
			if errors.Is(err, unix.EWOULDBLOCK) {
				return nil, errors.New("another command is starting or stopping the lab: wait until it ends, then try again")
			}
			return nil, err
		}
		// The folder may have been removed between opening and locking it: lock the one that is there.
		held, errHeld := file.Stat()
		now, errNow := os.Stat(string(s))
		if errHeld == nil && errNow == nil && os.SameFile(held, now) {
			return func() { file.Close() }, nil
		}
		file.Close()
	}
}

// born is the start time of a process in clock ticks since boot, "" where there is none.
func born(pid int) string {
	stat, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(pid), "stat"))
	if err != nil {
		return ""
	}
	// The command's name, in parentheses, may hold anything: count fields behind it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}
