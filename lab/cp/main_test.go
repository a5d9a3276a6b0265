package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFileIsCopiedWhole(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	for _, body := range []string{"a longer text", "short"} { // The second one over the first.
		if err := os.WriteFile(from, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := copyFile(from, to); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(to); err != nil || string(got) != body {
			t.Errorf("got %q, %v, want %q", got, err, body)
		}
	}
	if err := copyFile(filepath.Join(t.TempDir(), "nothing"), to); err == nil {
		t.Error("what is not there was copied")
	}
}
