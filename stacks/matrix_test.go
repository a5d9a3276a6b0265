package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
	"github.com/tracestack/tracestack/stacks"
)

// combination is one choice of everything that the matrix goes through.
type combination struct {
	profile settings.Profile
	backend settings.Backend
	storage settings.Storage
	manager settings.ManagedBy
	ingress settings.RouteKind
	size    settings.Size
	kafka   bool
}

func (c combination) String() string {
	return fmt.Sprint(c.profile, " ", c.backend, " ", c.storage, " ", c.manager, " ", c.ingress, " ", c.size, map[bool]string{true: " kafka"}[c.kafka])
}

func combinations() []combination {
	var all []combination
	for _, profile := range settings.ProfileDev.Choices() {
		for _, backend := range settings.BackendJaeger.Choices() {
			for _, storage := range settings.StorageMemory.Choices() {
				for _, manager := range settings.ManagedByDeployment.Choices() {
					for _, ingress := range settings.RouteNone.Choices() {
						for _, size := range settings.SizeSmall.Choices() {
							c := combination{
								settings.Profile(profile), settings.Backend(backend), settings.Storage(storage),
								settings.ManagedBy(manager), settings.RouteKind(ingress), settings.Size(size), false,
							}
							// Who manages the collector has nothing to do with how a page is reached.
							if c.ingress == settings.RouteNone || c.manager == settings.ManagedByDeployment {
								all = append(all, c)
							}
						}
					}
				}
			}
		}
	}
	// Nor has Kafka, nor with who manages the collector.
	for _, c := range all {
		if c.ingress == settings.RouteNone && c.manager == settings.ManagedByDeployment {
			c.kafka = true
			all = append(all, c)
		}
	}
	return all
}

// buckets are what each storage of a bucket needs beside its name.
var buckets = map[settings.Storage]string{
	settings.StorageMinIO: `{"bucket":"traces","endpoint":"minio-service.minio.svc:9000","insecure":true}`,
	settings.StorageS3:    `{"bucket":"traces","endpoint":"s3:9000","insecure":true,"secret":{"name":"bucket","accessKeyEntry":"a","secretKeyEntry":"b"}}`,
	settings.StorageGCS:   `{"bucket":"traces","secret":{"name":"bucket","secretKeyEntry":"key.json"}}`,
	settings.StorageAzure: `{"bucket":"traces","account":"account","serviceAccountAnnotations":{"azure.workload.identity/client-id":"0"}}`,
}

var searchStores = []settings.Storage{settings.StorageElasticsearch, settings.StorageOpenSearch}

// values is the combination as a stack file has it, with the demo and what route and bucket need.
func (c combination) values() map[string]string {
	route := map[settings.RouteKind]string{
		settings.RouteNone:         `{"kind":"none"}`,
		settings.RouteIngressRoute: `{"kind":"ingressroute","domain":"example.com","entryPoints":["web"]}`,
		settings.RouteIngress:      `{"kind":"ingress","domain":"example.com","tls":true,"tlsSecret":"wildcard"}`,
		settings.RouteHTTPRoute:    `{"kind":"httproute","domain":"example.com","gateway":{"name":"edge"}}`,
	}
	values := map[string]string{
		"kubernetes:context":   "kind-dev",
		"tracestack:profile":   string(c.profile),
		"tracestack:backend":   string(c.backend),
		"tracestack:storage":   string(c.storage),
		"tracestack:collector": fmt.Sprintf(`{"managedBy":%q,"signIn":{"kind":"anyone"}}`, c.manager),
		"tracestack:ingress":   route[c.ingress],
		"tracestack:size":      string(c.size),
		"tracestack:demo":      "true",
	}
	if c.profile == settings.ProfileProd {
		values["tracestack:createNamespace"] = "false"
	}
	if bucket, ok := buckets[c.storage]; ok && c.backend == settings.BackendTempo {
		values["tracestack:objectStore"] = bucket
	}
	if c.backend == settings.BackendJaeger && slices.Contains(searchStores, c.storage) {
		values["tracestack:"+string(c.storage)] = `{"urls":["https://search:9200"],"user":"jaeger","caSecret":"es-tls-secret"}`
		values["tracestack:"+string(c.storage)+"Password"] = "hunter2"
	}
	if c.backend == settings.BackendJaeger && c.storage == settings.StorageCassandra {
		values["tracestack:cassandra"], values["tracestack:cassandraPassword"] = `{"servers":["cassandra"],"user":"jaeger"}`, "hunter2"
	}
	if c.backend == settings.BackendJaeger && c.storage == settings.StorageGRPC {
		values["tracestack:remoteStorage"] = `{"endpoint":"remote:17271","tls":true}`
	}
	if c.kafka {
		values["tracestack:kafka"], values["tracestack:kafkaPassword"] = `{"brokers":["kafka:9092"],"user":"jaeger"}`, "hunter2"
	}
	if c.backend == settings.BackendTempo && c.storage == settings.StorageMinIO {
		values["minio:minioServer"], values["minio:minioUser"], values["minio:minioPassword"] = "minio:9000", "admin", "hunter2"
	}
	return values
}

// sealed are the keys of values that are secrets.
func (c combination) sealed() []string {
	return []string{"minio:minioPassword", "tracestack:elasticsearchPassword", "tracestack:opensearchPassword", "tracestack:cassandraPassword", "tracestack:kafkaPassword"}
}

// refusals are the rules of the whole program about combinations, said here once more and in
// another way: a change of either side alone is seen.
func (c combination) refusals() []string {
	ofJaeger := []settings.Storage{"memory", "badger", "elasticsearch", "opensearch", "cassandra", "grpc"}
	var all []string
	if c.backend == "tempo" {
		if slices.Contains(ofJaeger, c.storage) {
			all = append(all, fmt.Sprintf("tracestack:storage: %s: must be local, minio, s3, gcs or azure with backend tempo", c.storage))
		}
	} else {
		switch {
		case !slices.Contains(ofJaeger, c.storage):
			all = append(all, fmt.Sprintf("tracestack:storage: %s: must be memory, badger, elasticsearch, opensearch, cassandra or grpc with backend jaeger", c.storage))
		case c.storage == "memory" && c.profile == "prod":
			all = append(all, "tracestack:storage: memory: must not be memory with profile prod: traces would be lost with the pod")
		}
	}
	if c.kafka && (c.backend != "jaeger" || !slices.Contains([]settings.Storage{"elasticsearch", "opensearch", "cassandra", "grpc"}, c.storage)) {
		for _, shown := range []string{"kafka.brokers: [not shown]", "kafka.user: [not shown]", "kafkaPassword: [secret]"} {
			all = append(all, "tracestack:"+shown+": must not be given: only a Jaeger whose store is elsewhere reads it")
		}
	}
	slices.Sort(all) // As messages are: by path.
	return all
}

// longest is what the whole matrix may take on two cores.
const longest = time.Minute

func TestEveryCombinationIsBuiltSoundOrRefusedWithItsReasons(t *testing.T) {
	began, built := time.Now(), 0
	all := combinations()
	for _, c := range all {
		if want := c.refusals(); len(want) > 0 {
			raw := config.Raw{Values: c.values(), Secret: map[string]bool{}}
			for _, key := range c.sealed() {
				raw.Secret[key] = true
			}
			_, err := config.Load(raw)
			if got := strings.Split(fmt.Sprint(err), "\n"); !slices.Equal(got, want) {
				t.Errorf("%s is refused with\n%v\nwant\n%s", c, err, strings.Join(want, "\n"))
			}
			continue
		}
		built++
		t.Run(c.String(), func(t *testing.T) {
			graph, err := pulumitest.Run(t, c.values(), c.sealed(), stacks.RunAlone)
			if err != nil {
				t.Fatal(err)
			}
			check(t, graph, c)
		})
	}
	took := time.Since(began)
	t.Logf("%d combinations in %v: %d built and checked, %d refused", len(all), took.Round(time.Millisecond), built, len(all)-built)
	if took > longest {
		t.Errorf("the matrix took %v, at most %v is meant", took, longest)
	}
}

// routeTypes are what each kind of route makes.
var routeTypes = map[settings.RouteKind]string{
	settings.RouteIngressRoute: "kubernetes:traefik.io/v1alpha1:IngressRoute",
	settings.RouteIngress:      "kubernetes:networking.k8s.io/v1:Ingress",
	settings.RouteHTTPRoute:    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
}

func check(t *testing.T, graph pulumitest.Graph, c combination) {
	t.Helper()
	if err := pulumitest.Check(graph); err != nil {
		t.Error(err)
	}
	if operated := len(graph.Of("kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector")); (operated == 1) != (c.manager == settings.ManagedByOperator) {
		t.Errorf("%d collectors of the operator", operated)
	}
	ingesters := slices.ContainsFunc(graph.Of(deployment), func(r pulumitest.Resource) bool { return r.Name == "jaeger-ingester-deployment" })
	if ingesters != c.kafka {
		t.Errorf("ingesters: %t", ingesters)
	}
	for kind, typ := range routeTypes {
		want := 0
		if kind == c.ingress {
			want = 1 // The demo's.
			if c.backend == settings.BackendJaeger {
				want = 2
			}
		}
		if got := len(graph.Of(typ)); got != want {
			t.Errorf("%d routes of kind %s, want %d", got, kind, want)
		}
	}
}

func TestProdHasSpareCollectorsKeptApartInEverySize(t *testing.T) {
	for _, size := range settings.SizeSmall.Choices() {
		t.Run(size, func(t *testing.T) {
			c := combination{settings.ProfileProd, settings.BackendTempo, settings.StorageLocal, settings.ManagedByDeployment, settings.RouteNone, settings.Size(size), false}
			graph, err := pulumitest.Run(t, c.values(), nil, stacks.Run)
			if err != nil {
				t.Fatal(err)
			}
			collector := graph.Named(t, "kubernetes:apps/v1:StatefulSet", "center-collector-statefulset").Inputs["spec"].ObjectValue()
			if replicas := collector["replicas"].NumberValue(); replicas < 2 {
				t.Errorf("%v collectors", replicas)
			}
			pod := collector["template"].ObjectValue()["spec"].ObjectValue()
			if spreads := pod["topologySpreadConstraints"].ArrayValue(); len(spreads) != 2 {
				t.Errorf("pods are kept apart by %v", spreads)
			}
		})
	}
}
