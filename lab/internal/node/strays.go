package node

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// endStrays kills what runs on the machine from the node's folder, by id: the CLI and its plugins,
// where a killed command left them without their parent.
func (s State) endStrays(ctx context.Context) error {
	return until(ctx, "programs of the lab to end", func() bool {
		pids := s.strays()
		for _, pid := range pids {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		return len(pids) == 0
	})
}

func (s State) strays() []int {
	var pids []int
	programs, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range programs {
		// A process that has ended has no program.
		if program, _ := os.Readlink(link); strings.HasPrefix(program, s.path()+"/") {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
