package host

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

func thisMachine() machine {
	return machine{
		os: runtime.GOOS, arch: runtime.GOARCH, uid: os.Geteuid(),
		lookPath: lookPath,
		getenv:   os.Getenv,
		exists: func(path string) bool {
			_, err := os.Stat(path)
			return err == nil
		},
		readFile: func(path string) string {
			body, _ := os.ReadFile(path)
			return string(body)
		},
		disk: statDisk,
		goEnv: func(ctx context.Context, name string) string {
			// As the builds call it: a toolchain that go would download is not used there.
			cmd := exec.CommandContext(ctx, "go", "env", name)
			cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local")
			out, _ := cmd.Output()
			return strings.TrimSpace(string(out))
		},
		probe: func(ctx context.Context, script string) (string, error) {
			cmd := exec.CommandContext(ctx, "sh", "-c", script)
			cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
			cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNET}
			out, err := cmd.CombinedOutput()
			return string(out), err
		},
		load: func(ctx context.Context, module string) error {
			path, err := lookPath("modprobe")
			if err != nil {
				return err
			}
			return exec.CommandContext(ctx, path, module).Run()
		},
	}
}

// lookPath also looks where administrators' programs are, which some shells leave out of PATH.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", err
}

// Program is the path of a program that Prepare has found or installed.
func Program(name string) (string, error) { return lookPath(name) }

func statDisk(dir string) (filesystem, error) {
	for {
		var stat syscall.Stat_t
		err := syscall.Stat(dir, &stat)
		if errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
			continue
		}
		if err != nil {
			return filesystem{}, err
		}
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err != nil {
			return filesystem{}, err
		}
		return filesystem{device: uint64(stat.Dev), free: s.Bavail * uint64(s.Bsize)}, nil
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
