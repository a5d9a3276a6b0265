package host

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// install installs Debian packages. The package lists are loaded only if the present ones do not
// do, because loading them takes longer than the installation.
func install(ctx context.Context, packages []string) error {
	if _, err := apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, packages...)...); err == nil {
		return nil
	}
	if output, err := apt(ctx, "update"); err != nil {
		return aptError("update", output, err)
	}
	if output, err := apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, packages...)...); err != nil {
		return aptError("install "+strings.Join(packages, " "), output, err)
	}
	return nil
}

// withoutServices runs a command where systemd cannot be seen to run, so that no package starts
// its service: the lab starts a containerd of its own. It is a mount namespace that ends with
// the command, whereas a policy-rc.d file would outlive a killed run.
const withoutServices = `if [ -d /run/systemd/system ]; then mount -t tmpfs none /run/systemd || exit 1; fi; exec "$@"`

func apt(ctx context.Context, args ...string) (output string, err error) {
	// Another apt-get may run; it is waited for.
	args = append([]string{"-c", withoutServices, "sh", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"}, args...)
	cmd := exec.CommandContext(ctx, "sh", args...)
	// RUNLEVEL keeps init scripts from starting services, where there are any.
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Unshareflags: syscall.CLONE_NEWNS}
	// dpkg ends well at a SIGTERM to its group; killed at once it leaves packages half installed.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	return said.String(), err
}

func aptError(what, output string, err error) error {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return fmt.Errorf("apt-get %s: %w\n  %s\n  run it by hand to see what it lacks", what, err, strings.Join(lines[max(0, len(lines)-8):], "\n  "))
}
