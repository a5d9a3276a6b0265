package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// about is where and with what was measured.
type about struct {
	date                       string
	processor                  string
	cores                      int
	memory                     string
	load                       string // How busy the machine was in the minute before.
	pulumi, kubernetes, golang string
}

func describe(ctx context.Context) (about, error) {
	a := about{date: time.Now().UTC().Format(time.DateOnly), cores: runtime.NumCPU(), golang: runtime.Version()}
	a.processor = field("/proc/cpuinfo", "model name")
	load, _ := os.ReadFile("/proc/loadavg")
	a.load, _, _ = strings.Cut(string(load), " ")
	var kibibytes int
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kibibytes); err != nil {
		return a, fmt.Errorf("/proc/meminfo: %w", err)
	}
	a.memory = fmt.Sprintf("%.0f GiB", float64(kibibytes)/(1<<20))
	version, err := exec.CommandContext(ctx, "pulumi", "version").Output()
	if err != nil {
		return a, fmt.Errorf("pulumi version: %w", err)
	}
	a.pulumi = strings.TrimSpace(string(version))
	a.kubernetes, err = kubernetesVersion(ctx)
	return a, err
}

func kubernetesVersion(ctx context.Context) (string, error) {
	body, err := exec.CommandContext(ctx, "kubectl", "version", "--output=json").Output()
	if err != nil {
		return "", fmt.Errorf("kubectl version: %w", err)
	}
	var version struct {
		ServerVersion struct {
			GitVersion string `json:"gitVersion"`
		} `json:"serverVersion"`
	}
	err = json.Unmarshal(body, &version)
	return version.ServerVersion.GitVersion, err
}

// field reads "name: value" from one of the kernel's files; empty where there is none.
func field(path, name string) string {
	body, _ := os.ReadFile(path)
	for line := range strings.Lines(string(body)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
