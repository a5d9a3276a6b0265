// Package proof has what is proven in the lab and takes long, in files that are named as those of package
// e2e:
//
//	bucket_moved      a bucket and its traces outlive a move, and adoption
//	volume_stays      a disk that stays is found again by destroy and up
//	changed_by_hand   what was changed by hand on a workload gives way to the next change
package proof
