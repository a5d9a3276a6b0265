package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// DefaultCacheDir is $TRACESTACK_CACHE, else tracestack in the user's cache folder. It stands
// outside the checkout, so that another checkout with the same pins finds what this one built.
func DefaultCacheDir() (string, error) {
	if dir := os.Getenv("TRACESTACK_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "tracestack"), nil
}

// cache keeps each tool in a folder of its own, bin/<tool>/<release>-<key>. A folder of that name
// is complete: it is renamed to it when everything is in it.
type cache struct{ dir string }

const unfinished = ".unfinished-"

func (c cache) entry(t Tool, release, key string) string {
	return filepath.Join(c.dir, "bin", t.Name, strings.TrimPrefix(release+"-"+key, "-"))
}

func (c cache) log(t Tool, key string) string {
	return filepath.Join(c.dir, "logs", t.Name+"-"+key+".log")
}

// has says whether the entry is there.
func (c cache) has(entry string) bool {
	_, err := os.Stat(entry)
	return err == nil
}

// fill makes the entry by way of a folder with another name, which a killed build leaves and the
// next one removes. The caller holds the entry's lock.
func (c cache) fill(entry string, make func(dir string) error) error {
	temp := filepath.Join(filepath.Dir(entry), unfinished+filepath.Base(entry))
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return err
	}
	if err := make(temp); err != nil {
		return errors.Join(err, os.RemoveAll(temp))
	}
	return os.Rename(temp, entry)
}

// lock takes the lock of one key, which the kernel frees when its holder ends, however it ends.
// Another checkout that builds the same holds it; waiting is called once before the wait.
func (c cache) lock(ctx context.Context, t Tool, key string, waiting func()) (unlock func(), err error) {
	dir := filepath.Join(c.dir, "locks")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, t.Name+"-"+key), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for said := false; ; said = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			file.Close()
			return nil, err
		}
		if !said {
			waiting()
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
