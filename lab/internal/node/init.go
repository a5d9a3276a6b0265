package node

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// SuperviseCommand is the hidden command of the lab's binary that runs the node's processes.
const SuperviseCommand = "node-supervise"

// Init is the node's first process. It waits for the word to go on (see spawn), makes the mounts
// of the node, starts the supervisor and then only buries the dead: pods' processes that lost
// their parent become its children. It ends when the supervisor does, and everything with it.
func Init(state State, supervisorArgs []string) error {
	if _, err := bufio.NewReader(os.Stdin).ReadByte(); err != nil {
		return errors.New("the command that started the node is gone")
	}
	// An interrupt is for the command in the person's terminal, never for the node.
	signal.Ignore(os.Interrupt, syscall.SIGHUP)
	if err := unix.Sethostname([]byte(Name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := mountAll(state); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	supervisor := exec.Command(self, append([]string{SuperviseCommand}, supervisorArgs...)...)
	supervisor.Stdout, supervisor.Stderr = os.Stdout, os.Stderr
	if err := supervisor.Start(); err != nil {
		return err
	}
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("wait: %w", err)
		}
		if pid == supervisor.Process.Pid {
			return fmt.Errorf("the supervisor ended: exit status %d", status.ExitStatus())
		}
	}
}

// kernelSettings are the values that a kubelet wants of the machine. They are not the node's to
// change, as no namespace holds them: the node sees files with these values in their place.
var kernelSettings = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// shadowed are the folders of the machine in which a node leaves files whose place cannot be
// configured (network plugin results, device plugin sockets, log links).
var shadowed = []string{"/var/lib", "/var/log"}

// volumes is where the node sees the volumes of its pods: on every node the same, so that what makes
// them need not know where the state is.
const volumes = "/run/volumes"

// mountAll gives the node its own view of the file system: nothing it mounts is seen outside, and
// nothing it writes outside its state reaches the machine.
func mountAll(state State) error {
	// Held open, because the shadow of /var/lib hides the path.
	dir, err := unix.Open(string(state), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	if err := mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return err
	}
	for _, path := range shadowed {
		if err := shadow(path); err != nil {
			return err
		}
	}
	if err := mount(fmt.Sprintf("/proc/self/fd/%d", dir), string(state), "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := os.MkdirAll(volumes, 0o755); err != nil {
		return err
	}
	if err := mount(state.path("volumes"), volumes, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := settings(); err != nil {
		return err
	}
	// Pods' mounts reach the kubelet and back, as on any node.
	return mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "")
}

// shadow lays an overlay over a folder: the node reads what the machine has and keeps what it writes.
func shadow(path string) error {
	upper := filepath.Join("/run/shadow", path, "upper")
	work := filepath.Join("/run/shadow", path, "work")
	for _, dir := range []string{upper, work} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return mount("overlay", path, "overlay", 0, "lowerdir="+path+",upperdir="+upper+",workdir="+work)
}

func settings() error {
	for name, value := range kernelSettings {
		file := filepath.Join("/run/settings", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := mount(file, filepath.Join("/proc/sys", name), "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := unix.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mount %s: %w", target, err)
	}
	return nil
}
