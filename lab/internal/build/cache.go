package build

import (
	"context"
	"errors"
	"io/fs"
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

// use says whether the entry is there, and notes that it was used.
func (c cache) use(entry string) bool {
	if _, err := os.Stat(entry); err != nil {
		return false
	}
	now := time.Now()
	_ = os.Chtimes(entry, now, now) // only Prune reads it
	return true
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

// An Entry is one built tool in the cache.
type Entry struct {
	Tool, Path string
	Bytes      int64
	Used       time.Time
}

// List gives every complete entry of a cache.
func List(cacheDir string) ([]Entry, error) {
	paths, err := filepath.Glob(filepath.Join(cacheDir, "bin", "*", "*"))
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, path := range paths {
		if strings.HasPrefix(filepath.Base(path), unfinished) {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Tool: filepath.Base(filepath.Dir(path)), Path: path, Bytes: size(path), Used: info.ModTime()})
	}
	return entries, nil
}

func size(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}

// Prune removes the entries that were not used since the given time, and returns them. Never
// called by a build: another checkout may stand on older pins.
func Prune(cacheDir string, unusedSince time.Time) ([]Entry, error) {
	entries, err := List(cacheDir)
	if err != nil {
		return nil, err
	}
	var removed []Entry
	for _, e := range entries {
		if !e.Used.Before(unusedSince) {
			continue
		}
		if err := os.RemoveAll(e.Path); err != nil {
			return removed, err
		}
		removed = append(removed, e)
	}
	return removed, nil
}
