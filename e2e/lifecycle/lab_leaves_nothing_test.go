// Package lifecycle shows that a lab leaves the machine as it found it, however it ends. It starts
// and stops labs of its own beside the one that the other tests use.
package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if os.Getenv("TRACESTACK_LAB") == "" {
		// Without a lab the binaries are not built either.
		fmt.Fprintln(os.Stderr, "this starts labs from binaries that are built already: run `make test`")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestALabLeavesTheMachineAsItFoundIt(t *testing.T) {
	lab := buildLab(t)
	here := newCheckout(t, lab)
	clean(t, here)
	for _, c := range killings {
		t.Run("after an up that was killed "+c.moment, func(t *testing.T) {
			before := look(t)
			up := here.starts(t, "up")
			up.at(t, c.moment, func() bool { return c.come(up) })
			up.killed(t)
			here.does(t, "down")
			unchanged(t, before)
		})
	}
	t.Run("after the node's first process was killed", func(t *testing.T) { firstProcessKilled(t, here) })
	t.Run("after an up that took up a killed one", func(t *testing.T) { takenUp(t, here) })
	t.Run("after another checkout took it over", func(t *testing.T) { takenOver(t, here, newCheckout(t, lab)) })
}

// killings are moments of `lab up` at which a kill -9 hits it.
var killings = []struct {
	moment string
	come   func(*running) bool
}{
	{"as it began with the node", func(up *running) bool { return strings.Contains(up.output(), "==> node") }},
	{"as soon as the node was recorded", func(*running) bool { return nodeProcess() != 0 }},
	{"while images were imported", func(*running) bool { return processWith("images import") }},
	{"while the cluster came up", func(*running) bool { return clusterComes() }},
}

func takenUp(t *testing.T, here checkout) {
	before := look(t)
	up := here.starts(t, "up")
	up.at(t, "pulumi makes resources", func() bool { return strings.Contains(up.output(), "creating") })
	up.killed(t)
	out := here.does(t, "up")
	if !strings.Contains(out, "ENDPOINT") {
		t.Errorf("the second up shows no endpoints:\n%s", out)
	}
	seen := look(t).beyond(before)
	for _, kind := range []string{"process", "namespace net:", "link", "route", "control group", "path " + state} {
		if !contains(seen, kind) {
			t.Errorf("while a lab is up nothing begins with %q, so its absence would tell nothing; there is\n%s", kind, strings.Join(seen, "\n"))
		}
	}
	withoutOperator(t, here)
	here.does(t, "down")
	unchanged(t, before)
}

func firstProcessKilled(t *testing.T, here checkout) {
	before := look(t)
	up := here.starts(t, "up")
	up.at(t, "the stack comes up", func() bool { return strings.Contains(up.output(), "==> stack") })
	if err := syscall.Kill(nodeProcess(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up.ended:
		if up.err == nil || !strings.Contains(up.output(), "the node has ended") {
			t.Errorf("up ended with %v and does not say that the node has ended:\n%s", up.err, up.output())
		}
	case <-time.After(30 * time.Second):
		t.Errorf("up goes on 30 s after its node was killed:\n%s", up.output())
		up.killed(t)
	}
	here.does(t, "down")
	unchanged(t, before)
}

func takenOver(t *testing.T, here, there checkout) {
	before := look(t)
	up := here.starts(t, "up")
	up.at(t, "the cluster comes up", clusterComes)
	up.killed(t)
	for _, command := range []string{"up", "down", "env"} {
		out, err := there.tries(command)
		if err == nil {
			t.Errorf("lab %s was accepted in a checkout that does not hold the lab:\n%s", command, out)
		}
		told(t, command, out, here)
	}
	there.does(t, "down", "--force")
	unchanged(t, before)
}

// told checks that a command says in one sentence who holds the lab and how to take it over.
func told(t *testing.T, command, out string, holder checkout) {
	t.Helper()
	out = strings.TrimSpace(out)
	if strings.Contains(out, "\n") {
		t.Errorf("lab %s says more than a sentence:\n%s", command, out)
	}
	for _, part := range []string{holder.dir, "make down FORCE=1"} {
		if !strings.Contains(out, part) {
			t.Errorf("lab %s does not name %s:\n%s", command, part, out)
		}
	}
}

// clean removes the lab that an interrupted run of these tests may have left, and at the end the lab of
// this run.
func clean(t *testing.T, c checkout) {
	t.Helper()
	c.does(t, "down", "--force")
	t.Cleanup(func() {
		if out, err := c.tries("down", "--force"); err != nil {
			t.Errorf("lab down: %v\n%s", err, out)
		}
	})
}

// unchanged compares the machine with what it was. The kernel may take a moment to let go of what
// it no longer counts as a process.
func unchanged(t *testing.T, before traces) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		left := look(t).beyond(before)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("left on the machine:\n%s", strings.Join(left, "\n"))
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func nodeProcess() int {
	var owner struct {
		PID int `json:"pid"`
	}
	body, _ := os.ReadFile(filepath.Join(state, "owner.json"))
	_ = json.Unmarshal(body, &owner)
	return owner.PID
}

// clusterComes is true once the controllers start: from then on the node does not need the command that
// started it.
func clusterComes() bool {
	_, err := os.Stat(filepath.Join(state, "log", "kubelet.log"))
	return err == nil
}

// processWith reports whether one of the lab's processes has these words on its command line.
func processWith(words string) bool {
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range all {
		if line := commandLine(dir); strings.Contains(line, state) && strings.Contains(line, words) {
			return true
		}
	}
	return false
}

func contains(lines []string, prefix string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}
