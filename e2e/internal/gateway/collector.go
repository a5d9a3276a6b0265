package gateway

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Memory is what a collector may have, in bytes: the limit of its pods at size small.
const Memory = 512 << 20

// A Collector is one that is run here.
type Collector struct {
	Dir    string // of its own: its files, and its log
	File   string // its configuration, as pods get it
	Over   []string
	CPU    int    // the processor that it is kept on; negative: any
	Listen string // host:port, where it takes OTLP over gRPC

	program string
	process *exec.Cmd
	ended   chan struct{}
	log     *os.File
}

// New makes a collector of a program and its configuration. Over is configuration that is merged over it.
func New(program, dir, file string, over ...string) *Collector {
	return &Collector{program: program, Dir: dir, File: file, Over: over, CPU: -1, Listen: newAddress()}
}

// newAddress is one of this machine's that nobody else has: there are sixteen million hosts on its loopback
// device, so one that goes and comes back finds its own free.
func newAddress() string {
	return fmt.Sprintf("127.%d.%d.%d:4317", 1+rand.N(254), rand.N(256), 1+rand.N(254))
}

// here is configuration that any collector gets: nothing listens but what the sender uses, and the memory
// limiter counts from Memory, for there is no pod whose limit it could read.
func (c *Collector) here() []string {
	return append([]string{
		fmt.Sprintf("receivers: {otlp: {protocols: {grpc: {endpoint: '%s'}, http: {endpoint: '127.0.0.1:0'}}}}", c.Listen),
		"service: {telemetry: {logs: {level: warn}, metrics: {level: none, readers: []}}}",
	}, c.Over...)
}

// Start starts it and waits until it takes connections.
func (c *Collector) Start() (err error) {
	file := filepath.Join(c.Dir, "collector.yaml")
	if err := os.WriteFile(file, []byte(c.File), 0o600); err != nil {
		return err
	}
	args := []string{c.program, "--config=" + file}
	for _, over := range c.here() {
		args = append(args, "--config=yaml:"+over)
	}
	if c.CPU >= 0 {
		args = append([]string{"taskset", "-c", strconv.Itoa(c.CPU)}, args...)
	}
	if c.log, err = os.OpenFile(filepath.Join(c.Dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	defer c.log.Close()
	c.process = exec.Command(args[0], args[1:]...)
	c.process.Stdout, c.process.Stderr = c.log, c.log
	c.process.Env = append(os.Environ(), fmt.Sprintf("GOMEMLIMIT=%d", Memory*8/10))
	// It ends with the program that measures it, however that ends.
	c.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.process.Start(); err != nil {
		return err
	}
	c.ended = make(chan struct{})
	go func(process *exec.Cmd, ended chan struct{}) { _ = process.Wait(); close(ended) }(c.process, c.ended)
	return c.answers(time.Minute)
}

func (c *Collector) answers(patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		connection, err := net.DialTimeout("tcp", c.Listen, time.Second)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-c.ended:
			return fmt.Errorf("the collector ended as it started:\n%s", c.Log())
		default:
			if time.Now().After(deadline) {
				return fmt.Errorf("the collector does not listen after %v: %w\n%s", patience, err, c.Log())
			}
		}
	}
}

// Kill is kill -9, and Stop what Kubernetes sends first.
func (c *Collector) Kill() { c.end(syscall.SIGKILL) }

// Stop asks it to end, and kills it after the grace that pods have.
func (c *Collector) Stop() { c.end(syscall.SIGTERM) }

func (c *Collector) end(by syscall.Signal) {
	if c.process == nil {
		return
	}
	_ = c.process.Process.Signal(by)
	select {
	case <-c.ended:
	case <-time.After(30 * time.Second):
		_ = c.process.Process.Kill()
		<-c.ended
	}
}

// Log is what it wrote.
func (c *Collector) Log() string {
	body, _ := os.ReadFile(filepath.Join(c.Dir, "log"))
	return string(body)
}

// Use is what it has used of the processor since it was started.
func (c *Collector) Use() (time.Duration, error) {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	// Behind the program's name, which may have spaces: user and system time are the 14th and 15th field.
	fields := strings.Fields(string(body[strings.LastIndexByte(string(body), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / 100, err
}

// Resident is how much memory it has of its own, in bytes, without the pages of files.
func (c *Collector) Resident() (int64, error) {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		var kibibytes int64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kibibytes); n == 1 {
			return kibibytes << 10, nil
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no RssAnon", c.process.Process.Pid)
}
