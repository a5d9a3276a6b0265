package node

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// hierarchies are the mounted control group trees: one on a machine with cgroup v2, one for each
// controller with v1.
func hierarchies() ([]string, error) {
	mounts, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	defer mounts.Close()
	var found []string
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 2 && (fields[2] == "cgroup" || fields[2] == "cgroup2") {
			found = append(found, fields[1])
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no control groups are mounted below /sys/fs/cgroup")
	}
	return found, nil
}

// makeCgroup makes the group below which the kubelet puts every pod, so that Stop knows them all.
func (s State) makeCgroup() error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		if err := os.MkdirAll(filepath.Join(tree, s.cgroup()), 0o755); err != nil {
			return fmt.Errorf("make the control group: %w", err)
		}
	}
	return nil
}

// endMembers kills the processes that still are in the node's control group, by id. There are some
// only where the first process's record was lost.
func (s State) endMembers(ctx context.Context) error {
	return until(ctx, "the pods' processes to end", func() bool {
		pids := s.members()
		for _, pid := range pids {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		return len(pids) == 0
	})
}

func (s State) members() []int {
	var pids []int
	for _, group := range s.groups() {
		body, _ := os.ReadFile(filepath.Join(group, "cgroup.procs"))
		for _, field := range strings.Fields(string(body)) {
			// 0 is a process of another namespace of process ids: not one to end from here.
			if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// groups lists the node's control groups, the deepest last.
func (s State) groups() []string {
	var all []string
	trees, _ := hierarchies()
	for _, tree := range trees {
		_ = filepath.WalkDir(filepath.Join(tree, s.cgroup()), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				all = append(all, path)
			}
			return nil
		})
	}
	return all
}

// removeCgroup removes the groups from the leaves up. The kernel may take a moment to let go of a
// group whose last process has just ended.
func (s State) removeCgroup(ctx context.Context) error {
	return until(ctx, "the control groups to be free", func() bool {
		all := s.groups()
		for i := len(all) - 1; i >= 0; i-- {
			_ = os.Remove(all[i])
		}
		return len(s.groups()) == 0
	})
}
