package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func provision(t *testing.T, root string, claim corev1.PersistentVolumeClaimSpec) (*corev1.PersistentVolume, error) {
	t.Helper()
	policy := corev1.PersistentVolumeReclaimDelete
	volume, _, err := folders{root}.Provision(context.Background(), controller.ProvisionOptions{
		StorageClass: &storagev1.StorageClass{ReclaimPolicy: &policy}, PVName: "pvc-1",
		PVC: &corev1.PersistentVolumeClaim{Spec: claim}, SelectedNodeName: "node-1",
	})
	return volume, err
}

func TestAVolumeIsAFolder(t *testing.T) {
	root := t.TempDir()
	claim := corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("5Gi")}},
	}
	volume, err := provision(t, root, claim)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "pvc-1")
	t.Run("that only its owner may write to", func(t *testing.T) {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o755 || volume.Spec.Local.Path != path {
			t.Errorf("%v, %v, volume at %s", info, err, volume.Spec.Local.Path)
		}
	})
	t.Run("on the node that the pod goes to, as large as was asked for", func(t *testing.T) {
		node := volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values
		if capacity := volume.Spec.Capacity[corev1.ResourceStorage]; len(node) != 1 || node[0] != "node-1" || capacity.String() != "5Gi" {
			t.Errorf("node %q, capacity %s", node, capacity.String())
		}
	})
	t.Run("an attempt that was made before is gone on with", func(t *testing.T) {
		if _, err := provision(t, root, claim); err != nil {
			t.Error(err)
		}
	})
	t.Run("it goes with all that is in it", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (folders{root}).Delete(context.Background(), volume); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("it is there: %v", err)
		}
	})
	t.Run("a volume elsewhere is left alone", func(t *testing.T) {
		other := volume.DeepCopy()
		other.Spec.Local.Path = filepath.Join(t.TempDir(), "pvc-1")
		if err := os.Mkdir(other.Spec.Local.Path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := (folders{root}).Delete(context.Background(), other); err == nil {
			t.Error("no error")
		}
		if _, err := os.Stat(other.Spec.Local.Path); err != nil {
			t.Error(err)
		}
	})
}

func TestAClaimThatSelectsVolumesIsRefused(t *testing.T) {
	root := t.TempDir()
	if _, err := provision(t, root, corev1.PersistentVolumeClaimSpec{Selector: &metav1.LabelSelector{}}); err == nil {
		t.Error("no error")
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("it left %v", entries)
	}
}
