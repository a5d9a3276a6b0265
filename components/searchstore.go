package components

import (
	"time"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// SearchStoreArgs are an Elasticsearch or an OpenSearch as a JaegerStack takes one.
type SearchStoreArgs struct {
	Engine settings.SearchEngine `pulumi:"engine" doc:"What it is: elasticsearch or opensearch."`
	settings.SearchStore
	SignIn
}

// Rules across the fields. Those of what is embedded are asked by themselves.
func (a *SearchStoreArgs) Rules(l spec.Look) { a.CheckChosen(l) }

func (a *SearchStoreArgs) storage() settings.Storage { return settings.Storage(a.Engine) }

const day = 24 * time.Hour

// kept is how many days an index stays: those of the retention, those that it is written to where that is not
// one day, and one, because the cleaner counts from the end of the present day.
func (a *SearchStoreArgs) kept() int { return a.Days() + a.RolloverDays() + 1 }

func (a *SearchStoreArgs) renderer(archive bool) jaeger.Store {
	return jaeger.SearchStore{
		Archive:    archive,
		OpenSearch: a.Engine == settings.EngineOpenSearch,
		URLs:       a.URLs, User: a.User, APIKey: a.APIKeySecret != nil,
		CA: a.CASecret != "", ClientCert: a.ClientCertSecret != "",
		IndexPrefix: a.IndexPrefix, Shards: a.Shards, Replicas: a.Replicas,
		Hourly:     a.Rotation == settings.RotationHour,
		RolledOver: a.RolledOver(), ILM: a.Lifecycle() != "",
		Lookback: time.Duration(a.kept()) * day,
	}
}

func (a *SearchStoreArgs) access() access {
	return access{
		of: "store", files: jaeger.StoreFiles, caSecret: a.CASecret, clientCertSecret: a.ClientCertSecret,
		user: a.User, SignIn: a.SignIn, token: a.APIKeySecret,
	}
}

// enter gives the credential as a file: it may change while pods run.
func (a *SearchStoreArgs) enter(role *kube.Role, own *credential) { own.inFile(role, a.access()) }

// writesFirst is false: a reader finds nothing where there are no indices.
func (a *SearchStoreArgs) writesFirst() bool { return false }
