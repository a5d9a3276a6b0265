package tempo

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tracestack/tracestack/internal/render"
)

// Store is where blocks are kept.
type Store struct {
	Provider string // local, s3, gcs or azure
	Bucket   string // with azure a container; none with local
	Endpoint string // with s3 host:port; with azure the suffix of the account's host, empty: the public cloud's
	Region   string
	Insecure bool
	Account  string // with azure; empty where Keys
	// Keys tells that the environment has credentials, with gcs the name of the file that does.
	// Without them the pod's own identity is used.
	Keys bool
}

// The environment that credentials come from, where Store.Keys.
const (
	AccessKeyVariable  = "STORE_ACCESS_KEY" // the access key, with azure the account
	SecretKeyVariable  = "STORE_SECRET_KEY" // its secret, with azure the account's key
	GoogleFileVariable = "GOOGLE_APPLICATION_CREDENTIALS"
)

func (s Store) check() error {
	var problems []error
	if !slices.Contains([]string{"local", "s3", "gcs", "azure"}, s.Provider) {
		problems = append(problems, fmt.Errorf("store: provider: %q: must be local, s3, gcs or azure", s.Provider))
	}
	if (s.Bucket == "") != (s.Provider == "local") {
		problems = append(problems, fmt.Errorf("store: bucket: %q: must be given, but not with local", s.Bucket))
	}
	return errors.Join(problems...)
}

type storage struct {
	Trace trace `yaml:"trace"`
}

type trace struct {
	Backend string     `yaml:"backend"`
	WAL     path       `yaml:"wal"`
	Local   *path      `yaml:"local,omitempty"`
	S3      *s3Store   `yaml:"s3,omitempty"`
	GCS     *gcsStore  `yaml:"gcs,omitempty"`
	Azure   *azureBlob `yaml:"azure,omitempty"`
}

type path struct {
	Path string `yaml:"path"`
}

type s3Store struct {
	Bucket    string          `yaml:"bucket"`
	Endpoint  string          `yaml:"endpoint"`
	Region    string          `yaml:"region,omitempty"`
	Insecure  bool            `yaml:"insecure"`
	AccessKey render.Variable `yaml:"access_key,omitempty"`
	SecretKey render.Variable `yaml:"secret_key,omitempty"`
}

type gcsStore struct {
	BucketName string `yaml:"bucket_name"`
}

type azureBlob struct {
	ContainerName     string          `yaml:"container_name"`
	EndpointSuffix    string          `yaml:"endpoint_suffix,omitempty"`
	Account           any             `yaml:"storage_account_name"` // a text or a Variable
	AccountKey        render.Variable `yaml:"storage_account_key,omitempty"`
	UseFederatedToken bool            `yaml:"use_federated_token,omitempty"`
}

func (s Store) trace() trace {
	t := trace{Backend: s.Provider, WAL: path{Dir + "/wal"}}
	switch s.Provider {
	case "local":
		t.Local = &path{Dir + "/blocks"}
	case "s3":
		t.S3 = &s3Store{Bucket: s.Bucket, Endpoint: s.Endpoint, Region: s.Region, Insecure: s.Insecure}
		if s.Keys {
			t.S3.AccessKey, t.S3.SecretKey = render.Variable(AccessKeyVariable), render.Variable(SecretKeyVariable)
		}
	case "gcs":
		t.GCS = &gcsStore{BucketName: s.Bucket}
	case "azure":
		t.Azure = &azureBlob{ContainerName: s.Bucket, EndpointSuffix: s.Endpoint, Account: s.Account, UseFederatedToken: !s.Keys}
		if s.Keys {
			t.Azure.Account, t.Azure.AccountKey = render.Variable(AccessKeyVariable), render.Variable(SecretKeyVariable)
		}
	}
	return t
}
