package stack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/tracestack/tracestack/lab/internal/node"
)

// project is a folder with these stack files, and a lab's state beside it.
func project(t *testing.T, files map[string]string) Project {
	t.Helper()
	p := Project{Dir: t.TempDir(), State: node.State(t.TempDir())}
	for stack, body := range files {
		if err := os.WriteFile(p.File(stack), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestRemoveSalt(t *testing.T) {
	const plain = "# A comment.\nconfig:\n  kubernetes:context: here\n"
	t.Run("only the salt's line goes", func(t *testing.T) {
		p := project(t, map[string]string{"dev": plain + "encryptionsalt: v1:abc=:v1:def\n"})
		if err := p.RemoveSalts(); err != nil {
			t.Fatal(err)
		}
		if body, _ := os.ReadFile(p.File("dev")); string(body) != plain {
			t.Errorf("the file is now\n%s", body)
		}
	})
	t.Run("a file without a salt is not written", func(t *testing.T) {
		p := project(t, map[string]string{"dev": plain})
		if err := os.Chmod(p.File("dev"), 0o444); err != nil {
			t.Fatal(err)
		}
		before, _ := os.Stat(p.File("dev"))
		if err := p.RemoveSalt("dev"); err != nil {
			t.Fatal(err)
		}
		if after, _ := os.Stat(p.File("dev")); !after.ModTime().Equal(before.ModTime()) {
			t.Error("the file was written")
		}
	})
	t.Run("a stack without a file is no error", func(t *testing.T) {
		if err := project(t, nil).RemoveSalt("dev"); err != nil {
			t.Error(err)
		}
	})
}

func TestContext(t *testing.T) {
	for name, c := range map[string]struct{ body, context, problem string }{
		"the name that the file gives":          {"config:\n  kubernetes:context: mine\n", "mine", ""},
		"none where the file gives none":        {"config: {}\n", "", ""},
		"a kubeconfig of its own is refused":    {"config:\n  kubernetes:kubeconfig: /home/me/config\n", "", "kubernetes:kubeconfig names a cluster of its own"},
		"a file that is no YAML names the file": {"config: [\n", "", "Pulumi.dev.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := project(t, map[string]string{"dev": c.body}).Context("dev")
			if got != c.context || (err != nil) != (c.problem != "") || (err != nil && !strings.Contains(err.Error(), c.problem)) {
				t.Errorf("context %q, error %v", got, err)
			}
		})
	}
	t.Run("an unknown stack names those that there are", func(t *testing.T) {
		_, err := project(t, map[string]string{"dev": "", "prod": ""}).Context("tset")
		if err == nil || !strings.Contains(err.Error(), "[dev prod]") {
			t.Errorf("error: %v", err)
		}
	})
}

func TestNameContexts(t *testing.T) {
	p := project(t, map[string]string{
		"dev":  "config:\n  kubernetes:context: near\n",
		"prod": "config:\n  kubernetes:context: far\n",
	})
	config := clientcmdapi.NewConfig()
	config.Contexts[node.Name] = &clientcmdapi.Context{Cluster: node.Name, AuthInfo: node.Name}
	if err := clientcmd.WriteToFile(*config, p.State.Kubeconfig()); err != nil {
		t.Fatal(err)
	}
	if err := p.NameContexts(); err != nil {
		t.Fatal(err)
	}
	got, err := clientcmd.LoadFromFile(p.State.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"near", "far", node.Name} {
		if c := got.Contexts[name]; c == nil || c.Cluster != node.Name {
			t.Errorf("context %s leads to %+v", name, c)
		}
	}
}

func TestInstall(t *testing.T) {
	built := t.TempDir()
	for _, name := range []string{"pulumi", "plugin/pulumi-resource-x", "plugin/schema.json"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(built, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(built, name), []byte(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	p := project(t, nil)
	install := func() {
		t.Helper()
		err := p.Install(map[string]string{"pulumi": filepath.Join(built, "pulumi")},
			[]Plugin{{Name: "x", Version: "1.2.3", Dir: filepath.Join(built, "plugin")}})
		if err != nil {
			t.Fatal(err)
		}
	}
	install()
	first, err := os.ReadFile(p.State.Path("passphrase"))
	if err != nil || len(first) < 20 {
		t.Fatalf("passphrase of %d bytes, error %v", len(first), err)
	}
	install()

	t.Run("programs and plugins are files where the CLI looks", func(t *testing.T) {
		for _, path := range []string{"bin/pulumi", "pulumi/plugins/resource-x-v1.2.3/pulumi-resource-x", "pulumi/plugins/resource-x-v1.2.3/schema.json"} {
			if info, err := os.Lstat(p.State.Path(path)); err != nil || !info.Mode().IsRegular() {
				t.Errorf("%s: %v, error %v", path, info, err)
			}
		}
	})
	t.Run("a second time leaves what was built and the passphrase alone", func(t *testing.T) {
		if body, _ := os.ReadFile(filepath.Join(built, "pulumi")); string(body) != "pulumi" {
			t.Errorf("the built program is now %q", body)
		}
		if again, _ := os.ReadFile(p.State.Path("passphrase")); string(again) != string(first) {
			t.Error("another passphrase: the stacks' state could not be read any more")
		}
	})
	t.Run("only the owner reads the passphrase", func(t *testing.T) {
		if info, err := os.Stat(p.State.Path("passphrase")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, error %v", info.Mode(), err)
		}
	})
}
