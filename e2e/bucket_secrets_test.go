package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

// The places that are not objects of the cluster.
const (
	plainOutputs = "stack output"
	openOutputs  = "stack output --show-secrets"
	plainState   = "stack export"
	openState    = "stack export --show-secrets"
	settingsFile = "the configuration file"
	backendFiles = "the files of Pulumi's backend"
)

// sealedCredentials looks for each credential in every place where a stack leaves something, in plain
// and in base64. It is found where it must be, so the search would find it elsewhere too.
func sealedCredentials(t *testing.T, b bucket.Bucket) {
	key, secret := b.Key(t)
	theirs := fmt.Sprintf("secrets %s/minio-root", b.Server.Namespace)
	places := places(t, b)
	for _, credential := range []struct {
		name, value string
		want        []string
	}{
		{"the administrator's password", b.Server.Password, []string{theirs, openState}},
		// A name is not a secret, but no pod needs to know it.
		{"the administrator's name", b.Server.User, []string{theirs, plainState, openState, settingsFile, backendFiles}},
		{"the key's secret", key.Secret, []string{fmt.Sprintf("secrets %s/%s", b.Namespace, secret), openState}},
	} {
		var found []string
		for _, place := range slices.Sorted(maps.Keys(places)) {
			if holds(places[place], credential.value) {
				found = append(found, place)
			}
		}
		slices.Sort(credential.want)
		if !slices.Equal(found, credential.want) {
			t.Errorf("%s is in %q, want %q", credential.name, found, credential.want)
		}
		t.Logf("%s is in %d of %d places: %s", credential.name, len(found), len(places), strings.Join(found, ", "))
	}
}

// places are everything that a stack leaves and everything in the cluster, each with its text.
func places(t *testing.T, b bucket.Bucket) map[string]string {
	t.Helper()
	all := map[string]string{
		plainOutputs: says(t, b, "stack", "output", "--json"),
		openOutputs:  says(t, b, "stack", "output", "--json", "--show-secrets"),
		plainState:   says(t, b, "stack", "export"),
		openState:    says(t, b, "stack", "export", "--show-secrets"),
		backendFiles: kept(t, b),
	}
	file, err := b.File()
	if err != nil {
		t.Fatal(err)
	}
	all[settingsFile] = string(file)
	for _, kind := range []schema.GroupVersionResource{
		cluster.Core("pods"), cluster.Core("configmaps"), cluster.Core("secrets"), cluster.Core("serviceaccounts"),
		cluster.Core("services"), cluster.Core("events"), cluster.Core("persistentvolumeclaims"),
		cluster.Apps("deployments"), cluster.Apps("replicasets"), cluster.Apps("statefulsets"), cluster.Apps("controllerrevisions"),
		{Group: "batch", Version: "v1", Resource: "jobs"},
	} {
		maps.Copy(all, texts(t, kind))
	}
	for name := range kube.Pods(t, b.Namespace) {
		log := kube.Log(t, b.Namespace, "--tail", "-1", "--selector", "app.kubernetes.io/instance="+name)
		if log == "" {
			t.Fatalf("%s has no log", name)
		}
		all["the log of "+name] = log
	}
	return all
}

// says is what Pulumi's CLI prints.
func says(t *testing.T, b bucket.Bucket, args ...string) string {
	t.Helper()
	output, err := b.State(t.Context(), args...).Output()
	if err != nil {
		t.Fatalf("pulumi %s: %v", strings.Join(args, " "), err)
	}
	return string(output)
}

// kept is what Pulumi's backend keeps of the stack on disk: its state, copies of that, and its history.
func kept(t *testing.T, b bucket.Bucket) string {
	t.Helper()
	folder, isFile := strings.CutPrefix(os.Getenv("PULUMI_BACKEND_URL"), "file://")
	if !isFile {
		t.Fatalf("Pulumi's backend is %q, want a folder", os.Getenv("PULUMI_BACKEND_URL"))
	}
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(path, b.Name) {
			return err
		}
		body, err := os.ReadFile(path)
		all.Write(body)
		return err
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("Pulumi's backend has %d bytes of stack %s: %v", all.Len(), b.Name, err)
	}
	return all.String()
}

// texts are the objects of a kind in every namespace. A Secret also has its entries as pods read them.
func texts(t *testing.T, kind schema.GroupVersionResource) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, object := range kube.Objects(t, kind, "") {
		text, err := json.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		if kind.Resource == "secrets" {
			data, err := project.Revealed(object)
			if err != nil {
				t.Fatal(err)
			}
			text = fmt.Append(text, data)
		}
		all[fmt.Sprintf("%s %s/%s", kind.Resource, object.GetNamespace(), object.GetName())] = string(text)
	}
	return all
}

// holds looks for a value in plain, and as a part of a longer text in base64.
func holds(text, value string) bool {
	if strings.Contains(text, value) {
		return true
	}
	for before := range 3 {
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", before) + value))
		// The characters at both ends depend on what stands beside the value.
		coded = coded[(before*8+5)/6 : len(coded)-4]
		if strings.Contains(text, coded) {
			return true
		}
	}
	return false
}
