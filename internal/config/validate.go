package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// validate holds the rules between settings; those inside of one setting are with it. Each begins with
// the paths that it reads: where one of them could not be decoded, that is reported already and the rule
// is left out.
func (c Config) validate(l spec.Look) {
	c.validateCluster(l)
	c.validateNamespace(l)
	c.validateStorage(l)
	c.validateMirror(l)
	c.validateJaeger(l)
	c.validateObjectStore(l)
	c.validateMinIO(l)
	c.validateTraceStores(l)
	c.validateKafka(l)
	c.validateHosts(l)
	c.Collector.CheckQueue(l.In("tracestack:collector"), c.Mirror.Backend != "")
	c.validateReceiver(l)
	c.validateSampling(l)
}

// validateSampling refuses samplers in front of what counts spans: it would count only what they keep.
func (c Config) validateSampling(l spec.Look) {
	const mode = "tracestack:collector.sampling.mode"
	counted := c.Prometheus.Mode != settings.PrometheusNone && slices.ContainsFunc(c.stores(l), func(s stored) bool { return s.backend == settings.BackendTempo })
	if counted && l.GivenSound(mode) && c.Collector.Sampling.On() {
		l.Refuse(mode, string(c.Collector.Sampling.Mode), "must not be tail with a Tempo whose spans are counted in a Prometheus: it would count only those that are kept")
	}
}

func (c Config) validateCluster(l spec.Look) {
	const context, kubeconfig = "kubernetes:context", "kubernetes:kubeconfig"
	if !l.Given(context) && !l.Given(kubeconfig) {
		l.Refuse(context, spec.NotSet, "must name the cluster, here or in "+kubeconfig)
	}
	if c.KubeconfigInline() && !c.Kubeconfig.Sealed() {
		l.Refuse(kubeconfig, spec.NotShown, "must be a secret, as it holds credentials: "+
			"`pulumi config set --secret "+kubeconfig+"`, or give the path of the file")
	}
}

// KubeconfigInline tells contents of a kubeconfig from a path. No path has a line break or is
// JSON, and a kubeconfig in one line still has its keys.
func (c Config) KubeconfigInline() bool {
	text := c.Kubeconfig.Reveal()
	return strings.ContainsAny(text, "\n{") || strings.Contains(text, ": ")
}

func (c Config) validateNamespace(l spec.Look) {
	const path = "tracestack:namespace"
	if c.CreateNamespace && l.Sound(path) && (c.Namespace == "default" || strings.HasPrefix(c.Namespace, "kube-")) {
		l.Refuse(path, c.Namespace, "must not be a namespace of the cluster itself: it is created, and deleted with the stack; or set createNamespace to false")
	}
	c.validateRetained(l, "tempo.volume.retain", c.Tempo.Volume.Retain && len(c.tempoStorages(l)) > 0)
	c.validateRetained(l, "jaeger.badger.volume.retain", c.Jaeger.Badger.Volume.Retain &&
		slices.Contains(c.storagesOf(l, settings.BackendJaeger), settings.StorageBadger))
}

// validateRetained keeps a disk that is to stay out of a namespace that goes.
func (c Config) validateRetained(l spec.Look, name string, retained bool) {
	const create = "tracestack:createNamespace"
	if c.CreateNamespace && retained && l.Sound(create, "tracestack:"+name, "tracestack:profile") {
		l.Refuse(create, "true", "must be false with "+name+", which profile prod sets: the disk would be deleted with the namespace; "+
			"make the namespace first, or set "+name+" to false")
	}
}

// stored is a backend with its storage, and the keys that chose them.
type stored struct {
	backendPath, storagePath string
	backend                  settings.Backend
	storage                  settings.Storage
}

// stores are the backend and, where there is one, its mirror, as far as they could be decoded.
func (c Config) stores(l spec.Look) []stored {
	var all []stored
	for _, s := range []stored{
		{"tracestack:backend", "tracestack:storage", c.Backend, c.Storage},
		{mirror + ".backend", mirror + ".storage", c.Mirror.Backend, c.Mirror.Storage},
	} {
		if l.Sound(s.backendPath, s.storagePath) && s.backend != "" && s.storage != "" {
			all = append(all, s)
		}
	}
	return all
}

// storagesOf are where a product keeps traces in this stack; none where that is refused already.
func (c Config) storagesOf(l spec.Look, product settings.Backend) []settings.Storage {
	var all []settings.Storage
	for _, s := range c.stores(l) {
		if s.backend == product && slices.Contains(s.backend.Storages(), s.storage) {
			all = append(all, s.storage)
		}
	}
	return all
}

// tempoStorages are where Tempo does.
func (c Config) tempoStorages(l spec.Look) []settings.Storage {
	return c.storagesOf(l, settings.BackendTempo)
}

func (c Config) validateStorage(l spec.Look) {
	for _, s := range c.stores(l) {
		if all := s.backend.Storages(); !slices.Contains(all, s.storage) {
			l.Refuse(s.storagePath, string(s.storage), fmt.Sprintf("%s with backend %s", spec.OneOf(spec.Texts(all...)), s.backend))
		}
	}
}

const mirror = "tracestack:mirror"

func (c Config) validateMirror(l spec.Look) {
	backend, storage := mirror+".backend", mirror+".storage"
	if !l.Sound(mirror, backend, storage) {
		return
	}
	if l.Given(backend) != l.Given(storage) {
		missing := map[bool]string{true: storage, false: backend}[l.Given(backend)]
		l.Refuse(missing, spec.NotSet, "must be given: a mirror has a backend and a storage")
	}
	if l.Given(backend) && c.Mirror.Backend == c.Backend && l.Sound("tracestack:backend") {
		l.Refuse(backend, string(c.Mirror.Backend), "must not be the backend itself: it has every span already")
	}
}

// validateJaeger is about how Jaeger runs. Its store in memory goes with its pod.
func (c Config) validateJaeger(l spec.Look) {
	for _, s := range c.stores(l) {
		if s.backend != settings.BackendJaeger {
			continue
		}
		if s.storage == settings.StorageMemory && c.Profile == settings.ProfileProd && l.Sound("tracestack:profile") {
			l.Refuse(s.storagePath, string(s.storage), "must not be memory with profile prod: traces would be lost with the pod")
		}
		if slices.Contains(s.backend.Storages(), s.storage) {
			c.Jaeger.CheckRoles(l.In("tracestack:jaeger"), s.storage)
		}
	}
}
