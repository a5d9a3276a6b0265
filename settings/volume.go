package settings

// Volume is a disk that outlives the pod that writes to it.
type Volume struct {
	Size         Data   `json:"size,omitempty" pulumi:"size,optional" min:"1Gi" max:"65536Gi" doc:"How large. It grows in place where the storage class allows it, and never shrinks."`
	StorageClass string `json:"storageClass,omitempty" pulumi:"storageClass,optional" format:"object" doc:"The class that makes it; without one the cluster's default. Another class makes another, empty volume."`
	Retain       bool   `json:"retain,omitempty" pulumi:"retain,optional" doc:"Whether it stays in the cluster when what writes to it goes from the stack, or moves to another namespace. When that comes back to its namespace it finds it again."`
}
