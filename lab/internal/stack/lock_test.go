package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tracestack/tracestack/lab/internal/node"
)

func TestALockOfAProcessThatIsNoPulumiOfTheLabIsTakenAway(t *testing.T) {
	p := Project{State: node.State(t.TempDir())}
	for name, body := range map[string]string{
		"of a process that is gone":     `{"pid": 4194305}`,
		"of another program's process":  fmt.Sprintf(`{"pid": %d}`, os.Getpid()),
		"that was written only in part": `{"pid": 12`,
	} {
		t.Run(name, func(t *testing.T) {
			lock := writeLock(t, p, body)
			held, err := p.release("dev")
			if held || err != nil {
				t.Errorf("held %v, error %v; want neither", held, err)
			}
			if _, err := os.Stat(lock); !os.IsNotExist(err) {
				t.Errorf("the lock is still there: %v", err)
			}
		})
	}
}

func TestALockOfAnUpdateThatRunsStays(t *testing.T) {
	p := Project{State: node.State(t.TempDir())}
	// Any program that stays will do, as long as it stands where the lab's pulumi does.
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Install(map[string]string{"pulumi": sleep}, nil); err != nil {
		t.Fatal(err)
	}
	pulumi := exec.Command(p.State.Path("bin", "pulumi"), "60")
	if err := pulumi.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pulumi.Process.Kill(); pulumi.Wait() })
	lock := writeLock(t, p, fmt.Sprintf(`{"pid": %d}`, pulumi.Process.Pid))
	held, err := p.release("dev")
	if !held || err != nil {
		t.Errorf("held %v, error %v; want held", held, err)
	}
	if _, err := os.Stat(lock); err != nil {
		t.Errorf("the lock is gone: %v", err)
	}
}

func writeLock(t *testing.T, p Project, body string) string {
	t.Helper()
	lock := p.State.Path("stacks", ".pulumi", "locks", "organization", "tracestack", "dev", "1.json")
	if err := os.MkdirAll(filepath.Dir(lock), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lock, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return lock
}
