package config

import (
	"fmt"
	"slices"
	"strings"
)

// validate holds the rules that a type cannot say. Each begins with the paths that it reads: where
// one of them could not be decoded, that is reported already and the rule is left out.
func (c Config) validate(found *problems) {
	c.validateCluster(found)
	c.validateNamespace(found)
	c.validateStorage(found)
	c.validateMirror(found)
	c.validateMemory(found)
	c.validateTempo(found)
	c.validateObjectStore(found)
	c.validateMinIO(found)
	c.validateResources(found)
	c.validateElasticsearch(found)
	c.validatePrometheus(found)
	c.validateIngress(found)
	c.validateGrafana(found)
	c.validateTolerations(found)
	c.validateBuilt(found)
}

func (c Config) sound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return c.broken[path] })
}

func (c Config) validateCluster(found *problems) {
	const context, kubeconfig = "kubernetes:context", "kubernetes:kubeconfig"
	if !c.set[context] && !c.set[kubeconfig] {
		found.add(context, notSet, "must name the cluster, here or in "+kubeconfig)
	}
	if c.KubeconfigInline() && !c.Kubernetes.Kubeconfig.Sealed() {
		found.add(kubeconfig, notShown, "must be a secret, as it holds credentials: "+
			"`pulumi config set --secret "+kubeconfig+"`, or give the path of the file")
	}
}

// KubeconfigInline tells contents of a kubeconfig from a path. No path has a line break or is
// JSON, and a kubeconfig in one line still has its keys.
func (c Config) KubeconfigInline() bool {
	text := c.Kubernetes.Kubeconfig.Reveal()
	return strings.ContainsAny(text, "\n{") || strings.Contains(text, ": ")
}

func (c Config) validateNamespace(found *problems) {
	const path = "tracestack:namespace"
	if c.CreateNamespace && c.sound(path) && (c.Namespace == "default" || strings.HasPrefix(c.Namespace, "kube-")) {
		found.add(path, c.Namespace, "must not be a namespace of the cluster itself: it is created, and deleted with the stack; or set createNamespace to false")
	}
}

// stored is a backend with its storage, and the keys that chose them.
type stored struct {
	backendPath, storagePath string
	backend                  Backend
	storage                  Storage
}

// stores are the backend and, where there is one, its mirror, as far as they could be decoded.
func (c Config) stores() []stored {
	var all []stored
	for _, s := range []stored{
		{"tracestack:backend", "tracestack:storage", c.Backend, c.Storage},
		{mirror + ".backend", mirror + ".storage", c.Mirror.Backend, c.Mirror.Storage},
	} {
		if c.sound(s.backendPath, s.storagePath) && s.backend != "" && s.storage != "" {
			all = append(all, s)
		}
	}
	return all
}

func (c Config) validateStorage(found *problems) {
	for _, s := range c.stores() {
		if slices.Contains(storages[s.backend], s.storage) {
			continue
		}
		found.add(s.storagePath, string(s.storage), fmt.Sprintf("%s with backend %s", oneOf(texts(storages[s.backend]...)), s.backend))
	}
}

const mirror = "tracestack:mirror"

func (c Config) validateMirror(found *problems) {
	backend, storage := mirror+".backend", mirror+".storage"
	if !c.sound(mirror, backend, storage) {
		return
	}
	if c.set[backend] != c.set[storage] {
		missing := map[bool]string{true: storage, false: backend}[c.set[backend]]
		found.add(missing, notSet, "must be given: a mirror has a backend and a storage")
	}
	if c.set[backend] && c.Mirror.Backend == c.Backend && c.sound("tracestack:backend") {
		found.add(backend, string(c.Mirror.Backend), "must not be the backend itself: it has every span already")
	}
}

// validateMemory is about Jaeger's store in memory, which goes with its pod.
func (c Config) validateMemory(found *problems) {
	for _, s := range c.stores() {
		if s.backend != BackendJaeger {
			continue
		}
		const traces, replicas = "tracestack:jaeger.maxTraces", "tracestack:jaeger.replicas"
		if s.storage != Memory && c.set[traces] && c.sound(traces) {
			found.add(traces, fmt.Sprint(c.Jaeger.MaxTraces), "must not be given: only storage memory counts traces")
		}
		if s.storage == Memory && c.Profile == Prod && c.sound("tracestack:profile") {
			found.add(s.storagePath, string(Memory), "must not be memory with profile prod: traces would be lost with the pod")
		}
		if s.storage == Memory && c.Jaeger.Replicas > 1 && c.sound(replicas) {
			found.add(replicas, fmt.Sprint(c.Jaeger.Replicas), "must be 1 with storage memory: each pod would hold a part of the traces")
		}
	}
}

func (c Config) validateElasticsearch(found *problems) {
	const path, password = "tracestack:elasticsearch", "tracestack:elasticsearchPassword"
	c.validateElasticsearchURL(found, path+".url")
	if c.Storage == StorageElasticsearch || !c.sound("tracestack:storage") {
		return
	}
	for _, given := range []string{path + ".caSecret", path + ".url", path + ".user", password} {
		if c.set[given] && c.sound(given) {
			found.add(given, notShown, "must not be given: only storage elasticsearch reads it")
		}
	}
}

func (c Config) validateElasticsearchURL(found *problems, path string) {
	if !c.set[path] || !c.sound(path) {
		return
	}
	found.addAddress(path, c.Elasticsearch.URL, "elasticsearch.user and elasticsearchPassword", "https://elasticsearch-es-http.elk.svc:9200")
}

func (c Config) validateTolerations(found *problems) {
	for i, toleration := range c.Scheduling.Tolerations {
		path := fmt.Sprintf("tracestack:scheduling.tolerations[%d]", i)
		if !c.sound(path, path+".key", path+".operator", path+".value") {
			continue
		}
		if toleration.Key == "" && toleration.Operator == Equal {
			found.add(path+".key", notSet, "must be given with operator Equal")
		}
		if toleration.Value != "" && toleration.Operator == Exists {
			found.add(path+".value", shown(toleration.Value), "must not be given with operator Exists")
		}
	}
}

// validateBuilt refuses what the design has and the program has not, in a sentence each, so that
// it is never half-done. A choice leaves here when it is built.
func (c Config) validateBuilt(found *problems) {
	if c.Collector.ManagedBy == OperatorManaged {
		found.add("tracestack:collector.managedBy", string(OperatorManaged), "not built yet; choose deployment")
	}
	for _, s := range c.stores() {
		ready := map[Backend][]Storage{BackendJaeger: {Memory}, BackendTempo: storages[BackendTempo]}[s.backend]
		if slices.Contains(storages[s.backend], s.storage) && !slices.Contains(ready, s.storage) {
			found.add(s.storagePath, string(s.storage), "not built yet; choose "+strings.TrimPrefix(oneOf(texts(ready...)), "must be "))
		}
	}
}
