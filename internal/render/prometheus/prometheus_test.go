package prometheus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render/prometheus"
)

const gibibyte = 1 << 30

func TestSamplesHaveALimitInTimeAndHalfOfTheDisk(t *testing.T) {
	file, err := prometheus.Server{Retention: 36 * time.Hour, Storage: gibibyte}.Render()
	if err != nil {
		t.Fatal(err)
	}
	want := "storage:\n  tsdb:\n    retention:\n      time: 129600s\n      size: 512MB\n"
	if file.Body != want {
		t.Errorf("the file is\n%s\nwant\n%s", file.Body, want)
	}
}

func TestAClientNamesAFileAndNoPassword(t *testing.T) {
	file, err := prometheus.Client{User: "tempo", PasswordFile: "/run/secrets/word"}.Render()
	if err != nil {
		t.Fatal(err)
	}
	if want := "basic_auth:\n  username: tempo\n  password_file: /run/secrets/word\n"; file.Body != want {
		t.Errorf("the file is\n%s\nwant\n%s", file.Body, want)
	}
}

func TestWhatCannotWorkIsNotRendered(t *testing.T) {
	for claim, server := range map[string]prometheus.Server{
		"no retention":         {Storage: gibibyte},
		"a part of a second":   {Retention: 1500 * time.Millisecond, Storage: gibibyte},
		"no disk":              {Retention: time.Hour},
		"a disk of some bytes": {Retention: time.Hour, Storage: 1000},
	} {
		if file, err := server.Render(); err == nil {
			t.Errorf("%s is rendered:\n%s", claim, file.Body)
		}
	}
	for claim, client := range map[string]prometheus.Client{
		"no user": {PasswordFile: "/a"}, "no password": {User: "tempo"},
	} {
		if file, err := client.Render(); err == nil || strings.Contains(file.Body, "basic_auth") {
			t.Errorf("%s is rendered:\n%s", claim, file.Body)
		}
	}
}
