// Package e2e is what is proven in the lab. A test file is named by what it proves, subject first:
//
//	acknowledged_spans        spans that were taken are stored, with each backend; it runs the claims of the next three
//	acknowledged_odd_spans    an odd span is dropped alone, and counted
//	acknowledged_large_requests  a large request is stored whole or refused
//	acknowledged_queue        what waits on disk outlives a roll-out and a kill of the collector
//	applications_told         SDKs of three languages send traces by what a stack tells applications
//	backend_switch            a stack changes from Jaeger to Tempo and back, and loses no span (…_load is its load)
//	badger_life               a stack with Jaeger in Badger, from its first up until destroy
//	bucket_life               a stack with Tempo and a bucket; it runs the claims of the next two
//	bucket_key                what the bucket's key allows, and what it does not
//	bucket_secrets            where credentials are stored, and where they are not
//	collector_access          who may send to the collector, and over what
//	collector_rollout         the collector's pod is replaced, and no trace is lost
//	collector_spans           what spans carry, which of them are kept, and a receiver of another kind
//	commands_typed            the commands of the README
//	configuration_refused     a wrong configuration is refused before anything is made
//	dependencies              which service calls which, as Jaeger answers it
//	examples_previewed        what a preview says about each example
//	grafana_datasources       what a stack exports for Grafana
//	grafana_operator          the Grafana operator's kinds take what a stack makes of them, and their changes
//	images_private_registry   every image comes from a registry that wants a sign-in
//	jaeger_life               a stack with Jaeger, from its first up on
//	jaeger_files              Jaeger shows and tells what its files say
//	jaeger_change             a changed setting rolls Jaeger alone
//	namespace_shared          in a namespace of others, what they have is refused and left as it is
//	namespace_taken           a namespace that somebody else made stays theirs
//	operator_injected         the operator puts an agent into pods that ask for one, and takes it out again
//	operator_life             the collector is handed to the OpenTelemetry operator and back, under its address
//	pods_restricted           every pod runs with the least that it needs
//	preview_comment           the comment on a pull request
//	products_accept_files     the products read every rendered file
//	prometheus_patch          a Prometheus is made to take writes, and is given back
//	routes_reached            routes lead to the demo and to Jaeger
//	searchstore_access        the lab's search store refuses whom it should
//	searchstore_life          a stack with Jaeger on a search store, from its first up until destroy
//	searchstore_faults        what becomes of it when the store takes no writes, is cleaned, and is rolled over
//	tracestores_life          stacks with Jaeger on Cassandra and on a remote storage, from their first up until destroy
//	tempo_life                a stack with Tempo, a bucket and a Prometheus, from its first up until destroy
//	tempo_counts              metrics count every span and every call
//
// The files jaeger_life, tempo_life, bucket_life, operator_life and searchstore_life bring a stack up once and run the claims of other
// files on it: bringing a stack up takes most of the time.
//
// Folder lifecycle proves that a lab leaves nothing behind, and folder bench measures. What several
// test files use is in internal:
//
//	project      the checkout's stacks, and MinIO
//	stacktest    what a test does with a stack: up, preview, refused
//	kubetest     questions to the cluster, and objects that go with the test
//	traffic      dispatches to the demo, and their traces
//	bucket       a stack's bucket: its MinIO, its objects, Tempo's counters
//	prometheus   a Prometheus of the test's own
//	metrics      PromQL and TraceQL
//	grafana      what a stack exports for Grafana
//	sdk          small applications with the SDKs of three languages
//	otlp         senders of spans in every encoding
//	gateway      a collector by itself, between a sender and a backend that count every span
//	registry     a private registry
//	searchstore  questions to a search store, and a stack on one of the test's own
//	wait         polling
package e2e
