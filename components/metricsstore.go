package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// MetricsStore is where metrics made of spans go, and where they are asked for: the one contract
// between a Prometheus and who writes to it or reads from it.
type MetricsStore struct {
	RemoteWriteURLs pulumi.StringArrayOutput `pulumi:"remoteWriteUrls" doc:"Take samples and exemplars, every one of them all: replicas of a Prometheus share nothing."`
	QueryURL        pulumi.StringOutput      `pulumi:"queryUrl" doc:"Answers the query API."`
	Auth            *BasicAuth               `pulumi:"auth,optional" doc:"Who writes and asks; without it the store knows no users."`
}

// MetricsStoreArgs are a MetricsStore as others take one: what a component here gave, or one that is run
// elsewhere.
type MetricsStoreArgs struct {
	RemoteWriteURLs pulumi.StringArrayInput `pulumi:"remoteWriteUrls,optional" doc:"Take samples and exemplars, every one of them all: replicas of a Prometheus share nothing. Who only asks needs none."`
	QueryURL        pulumi.StringInput      `pulumi:"queryUrl,optional" doc:"Answers the query API. Who only writes needs none."`
	Auth            *BasicAuth              `pulumi:"auth,optional" doc:"Who writes and asks; without it the store knows no users."`
}

// Args are the store as others take it.
func (m MetricsStore) Args() *MetricsStoreArgs {
	return &MetricsStoreArgs{RemoteWriteURLs: m.RemoteWriteURLs, QueryURL: m.QueryURL, Auth: m.Auth}
}

// BasicAuth is a user whose password is an entry of an existing Secret in the namespace of who signs in.
type BasicAuth struct {
	User          string `json:"user" pulumi:"user" format:"notEmpty" doc:"The user."`
	SecretName    string `json:"secretName" pulumi:"secretName" format:"secret" doc:"The Secret with the password."`
	PasswordEntry string `json:"passwordEntry" pulumi:"passwordEntry" format:"secretKey" doc:"Its entry with the password."`
}
