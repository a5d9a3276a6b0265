package host

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	gib        = 1 << 30
	minMemory  = 6 * gib
	goodMemory = 8 * gib
)

func size(bytes uint64) string {
	return strconv.FormatFloat(float64(bytes)/gib, 'f', 1, 64) + " GiB"
}

// compiled scales what building the lab without services took, 7350 packages: the caches of Go, which
// may be emptied afterwards, and what is kept.
func (o Options) compiled(took uint64) uint64 { return took * uint64(o.ToCompile) / 7350 }

// disk adds up what the folders of one file system need together: most machines have one.
func disk(ctx context.Context, m machine, o Options) error {
	need := map[string]uint64{
		o.CacheDir:                 gib/2 + o.compiled(gib/2),
		o.StateDir:                 3 * gib,
		m.goEnv(ctx, "GOCACHE"):    gib + o.compiled(9*gib),
		m.goEnv(ctx, "GOMODCACHE"): gib + o.compiled(5*gib),
	}
	if o.Java {
		need[o.CacheDir] += gib // Two servers and their images are 0.6 GiB.
	}
	needed, free, where := map[uint64]uint64{}, map[uint64]uint64{}, map[uint64][]string{}
	var errs []error
	for _, dir := range sortedKeys(need) {
		if dir == "" {
			continue
		}
		fs, err := m.disk(dir)
		if err != nil {
			errs = append(errs, fmt.Errorf("the disk of %s cannot be read: %w", dir, err))
			continue
		}
		needed[fs.device] += need[dir]
		free[fs.device] = fs.free
		where[fs.device] = append(where[fs.device], dir)
	}
	for _, device := range sortedKeys(needed) {
		if free[device] < needed[device] {
			errs = append(errs, fmt.Errorf("the disk is too full: %s are free and about %s are needed for %s; free some, or set TRACESTACK_CACHE, GOCACHE or GOMODCACHE to another disk",
				size(free[device]), size(needed[device]), strings.Join(where[device], ", ")))
		}
	}
	return errors.Join(errs...)
}

// available is MemAvailable.
func (m machine) available() uint64 {
	for line := range strings.Lines(m.readFile("/proc/meminfo")) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" {
			kib, _ := strconv.ParseUint(f[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

func memory(_ context.Context, m machine, _ Options) error {
	if free := m.available(); free < minMemory {
		return fmt.Errorf("memory is too small: %s are available, and the build and the node need %s; stop other programs or take a larger machine", size(free), size(minMemory))
	}
	return nil
}
