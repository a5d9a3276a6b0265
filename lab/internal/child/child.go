// Package child runs programs that do not outlive the lab's command, however that ends.
package child

import (
	"os/exec"
	"runtime"
	"syscall"
)

// Run runs cmd. When this process dies, also when it is killed and can do nothing more, the kernel
// sends the signal to the child.
func Run(cmd *exec.Cmd, atDeath syscall.Signal) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = atDeath
	// The kernel counts the death of the thread that started the child, so that thread is kept.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}
