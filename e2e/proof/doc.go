// Package proof has what is proven in the lab and takes long, in files that are named as those of package
// e2e:
//
//	bucket_away         the bucket's server is away for two minutes, and nothing is lost
//	bucket_rotation     the bucket's key is changed, and no write fails
//	bucket_moved        a bucket and its traces outlive a move, and adoption
//	volume_stays        a disk that stays is found again by destroy and up
//	operator_handed     no span is lost while the collector is handed to the operator and back, also with a queue on
//	                    disk, nor while the operator is killed, restarted and upgraded; an autoscaler of it
//	prometheus_asked    a Prometheus that takes no writes, or is asked at another address, ends the update
//	searchstore_faults  a wrong password of a search store; a store that is away for two minutes
//	ledger              what one collector acknowledges is stored, whatever happens to it or to its backend
//	searchstore_rights  the role in docs/jaeger.md is enough, and without any right of it something breaks
//	jaeger_killed       what a Jaeger on a search store loses that is killed is in its bulks
//	queue               the collector's queue on disk: changes of it and of the backend under load
//	sampling            failed and slow traces are kept whole, a share of the rest; samplers come, go and are killed
//	kafka               with Kafka in front of a search store nothing is lost: no ingester for five minutes, another broker, kills
//	autoscaling         pods follow their load, and nothing is lost on their way
//	late_node           a node that takes a check's pod late fails no update
package proof
