package components

import (
	"path"
	"strconv"
	"time"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// apart are the roles of a Jaeger on a search store: what writes, what reads, and what deletes.
func (a JaegerStackArgs) apart(ctx *pulumi.Context, parent pulumi.Resource, name string) ([]kube.Role, error) {
	access, err := a.credential(ctx, parent, name, "store", a.Store.User, a.Store.Password, a.Store.PasswordSecret, a.Store.APIKeySecret)
	if err != nil {
		return nil, err
	}
	roles, err := a.taking(ctx, parent, name)
	if err != nil {
		return nil, err
	}
	query, err := a.query(name)
	if err != nil {
		return nil, err
	}
	// Of those that take spans the last writes to the store.
	writer := len(roles) - 1
	roles = append(roles, query)
	for i := range roles[writer:] {
		role := &roles[writer+i]
		a.Store.reach(role)
		if access != nil {
			role.Pod.Secrets = append(role.Pod.Secrets, secretFile("store-credential", access.secret, access.entry, jaeger.CredentialFile))
		}
	}
	if !a.Store.KeepIndices {
		roles = append(roles, a.cleaner(name, access))
	}
	return roles, nil
}

// taking are the roles through which spans come to the store.
func (a JaegerStackArgs) taking(ctx *pulumi.Context, parent pulumi.Resource, name string) ([]kube.Role, error) {
	if a.Kafka != nil {
		return a.buffered(ctx, parent, name)
	}
	file, err := a.searchStore().Collector()
	return []kube.Role{a.collector(name, file)}, err
}

// collector takes spans. It goes on taking them while a pod is replaced: the new one is there first.
func (a JaegerStackArgs) collector(name string, file render.File) kube.Role {
	role := a.role(naming.JaegerCollectorService(name), "collector", kube.NewConfig(file.Name, pulumi.ToOutput(file)),
		a.Collector.Resources, naming.OTLPGRPC, naming.OTLPHTTP)
	role.Runner, role.Autoscaling = kube.Deployment{Replicas: a.Collector.Replicas}, a.Collector.Autoscaling
	role.Services = []kube.Service{takesSpans(name), monitoring(naming.JaegerMonitoringService(name))}
	return role
}

func (a JaegerStackArgs) query(name string) (kube.Role, error) {
	file, err := a.searchStore().Query()
	if err != nil {
		return kube.Role{}, err
	}
	role := a.role(naming.JaegerQueryService(name), "query", kube.NewConfig(file.Name, pulumi.ToOutput(file)),
		a.Query.Resources, naming.QueryHTTP, naming.QueryGRPC)
	role.Runner, role.Autoscaling = kube.Deployment{Replicas: a.Query.Replicas}, a.Query.Autoscaling
	role.Services = []kube.Service{answersQueries(name), monitoring(naming.JaegerQueryMonitoringService(name))}
	return role, a.show(&role, name)
}

const day = 24 * time.Hour

// kept is how many days an index stays: those of the retention, and the day that it is of.
func (a JaegerStackArgs) kept() int { return a.Store.Days() + 1 }

func (a JaegerStackArgs) searchStore() jaeger.SearchStore {
	s := a.Store
	return jaeger.SearchStore{
		Pages: a.pages(), Archive: a.UI.Archive,
		OpenSearch: s.Engine == settings.EngineOpenSearch,
		URLs:       s.URLs, User: s.User, APIKey: s.APIKeySecret != nil,
		CA: s.CASecret != "", ClientCert: s.ClientCertSecret != "",
		IndexPrefix: s.IndexPrefix, Shards: s.Shards, Replicas: s.Replicas,
		Hourly:   s.Rotation == settings.RotationHour,
		Lookback: time.Duration(a.kept()) * day,
	}
}

// reach lets the pods of a role see the certificates. A pod that the store does not let in ends, and its
// last words say why.
func (s SearchStoreArgs) reach(role *kube.Role) {
	role.Pod.Containers[0].Tells = true
	if s.CASecret != "" {
		role.Pod.Secrets = append(role.Pod.Secrets, secretFile("store-ca", pulumi.String(s.CASecret), "ca.crt", jaeger.CAFile))
	}
	if s.ClientCertSecret != "" {
		role.Pod.Secrets = append(role.Pod.Secrets, clientCert("store-client", s.ClientCertSecret, jaeger.CertFile, jaeger.KeyFile))
	}
}

// secretFile is an entry of a Secret as a file.
func secretFile(volume string, secret pulumi.StringInput, entry, file string) kube.Secret {
	return kube.Secret{Volume: volume, Name: secret, Dir: path.Dir(file), Files: map[string]string{entry: path.Base(file)}}
}

// clientCert is a certificate and its key as files of one folder.
func clientCert(volume, secret, cert, key string) kube.Secret {
	return kube.Secret{
		Volume: volume, Name: pulumi.String(secret), Dir: path.Dir(cert),
		Files: map[string]string{"tls.crt": path.Base(cert), "tls.key": path.Base(key)},
	}
}

// cleaner deletes indices that are older than the retention, every night. It counts days of UTC from the
// end of the present one, and looks at when an index was made.
func (a JaegerStackArgs) cleaner(name string, access *credential) kube.Role {
	role := kube.Role{
		Name:      naming.JaegerIndexCleaner(name),
		Product:   "jaeger",
		Part:      "index-cleaner",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{Containers: []kube.Container{{
			Name:      "index-cleaner",
			Image:     a.CleanerImage,
			Args:      a.cleanerArgs(),
			Resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
		}}},
		Runner:  kube.CronJob{Job: kube.Job{Restarts: 5}, Schedule: "30 0 * * *"},
		Account: &kube.Account{},
	}
	a.Store.reach(&role)
	if access != nil {
		role.Pod.Containers[0].Env = corev1.EnvVarArray{kube.Variable("ES_PASSWORD", access.secret, access.entry)}
	}
	return role
}

func (a JaegerStackArgs) cleanerArgs() []string {
	s := a.Store
	var args []string
	option := func(given bool, name, value string) {
		if given {
			args = append(args, "--"+name+"="+value)
		}
	}
	option(s.User != "", "es.username", s.User)
	option(s.IndexPrefix != "", "index-prefix", s.IndexPrefix)
	option(s.CASecret != "" || s.ClientCertSecret != "", "es.tls.enabled", "true")
	option(s.CASecret != "", "es.tls.ca", jaeger.CAFile)
	option(s.ClientCertSecret != "", "es.tls.cert", jaeger.CertFile)
	option(s.ClientCertSecret != "", "es.tls.key", jaeger.KeyFile)
	return append(args, strconv.Itoa(a.kept()), jaeger.Addresses(s.URLs)[0])
}
