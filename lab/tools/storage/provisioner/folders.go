package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// folders makes volumes below one folder.
type folders struct{ root string }

// Provision makes an empty folder that only root may write to, as a freshly formatted disk is: a
// kubelet gives it to the pod's fsGroup, and a pod without one finds out here and not at a cloud.
// The capacity is what was asked for; nothing limits it.
func (f folders) Provision(_ context.Context, o controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	if o.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, errors.New("a claim that selects volumes by labels gets none: new ones have no labels")
	}
	path := filepath.Join(f.root, o.PVName)
	if err := os.Mkdir(path, 0o755); err != nil && !os.IsExist(err) {
		return nil, controller.ProvisioningFinished, err
	}
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			MountOptions:                  o.StorageClass.MountOptions,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: o.PVC.Spec.Resources.Requests[corev1.ResourceStorage]},
			// Not a hostPath, which no fsGroup reaches.
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}},
			NodeAffinity:           onNode(o.SelectedNodeName),
		},
	}, controller.ProvisioningFinished, nil
}

func onNode(name string) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{
			Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{name},
		}},
	}}}}
}

// Delete removes a volume's folder with all that is in it.
func (f folders) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	if local := volume.Spec.Local; local == nil || filepath.Dir(local.Path) != filepath.Clean(f.root) {
		return fmt.Errorf("volume %s is no folder of %s: it is left alone", volume.Name, f.root)
	}
	return os.RemoveAll(volume.Spec.Local.Path)
}
