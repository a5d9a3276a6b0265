package settings

import (
	"fmt"
	"net/url"

	"github.com/tracestack/tracestack/internal/spec"
)

// Prometheus is one that takes the metrics that are made of spans.
type Prometheus struct {
	Mode           PrometheusMode `json:"mode,omitempty" pulumi:"mode,optional" default:"none" doc:"Which Prometheus it is: none; patch makes one of the Prometheus operator take writes, and takes that back with the stack; external takes writes already; standalone is a small one for development, whose samples are gone with its pod." see:"https://prometheus.io/docs/specs/prw/remote_write_spec/"`
	Name           string         `json:"name,omitempty" pulumi:"name,optional" format:"object" doc:"The Prometheus resource; kube-prometheus' is k8s. It is read first, also in a preview, for which the right to get it is needed. Every pod of it is written to." rule:"must be given with mode patch, and with no other" see:"https://prometheus-operator.dev/docs/api-reference/api/"`
	Namespace      string         `json:"namespace,omitempty" pulumi:"namespace,optional" format:"label" doc:"Its namespace; kube-prometheus' is monitoring." rule:"must be given with mode patch, and with no other"`
	NetworkPolicy  string         `json:"networkPolicy,omitempty" pulumi:"networkPolicy,optional" format:"object" doc:"The network policy that guards it, if one does; kube-prometheus' is prometheus-k8s. A second beside it then lets the backend in. Without a first, a second would shut everybody else out." rule:"must not be given with another mode than patch" see:"https://kubernetes.io/docs/concepts/services-networking/network-policies/"`
	WriteURLs      []string       `json:"writeUrls,omitempty" pulumi:"writeUrls,optional" doc:"The addresses that take remote writes, such as https://prometheus.example.com/api/v1/write. With several, each is written all: replicas of a Prometheus share nothing." rule:"must be given with mode external, and with no other; each must be an http or https address without credentials"`
	QueryURL       string         `json:"queryUrl,omitempty" pulumi:"queryUrl,optional" doc:"The address that answers queries. Without one it is, with mode patch, the Service prometheus-NAME beside the resource, which is read too. Where it does not answer a query, the update ends with what it said." rule:"must be given with mode external, may be with patch; must be an http or https address without credentials"`
	User           string         `json:"user,omitempty" pulumi:"user,optional" format:"notEmpty" doc:"The user that writes." rule:"must not be given with another mode than external, nor without passwordSecret"`
	PasswordSecret *SecretKey     `json:"passwordSecret,omitempty" pulumi:"passwordSecret,optional" doc:"The password of user, in a Secret of the stack's namespace." rule:"must not be given with another mode than external, nor without user"`
}

// StandalonePrometheus is a small Prometheus for development: one pod, whose samples are gone with it.
type StandalonePrometheus struct {
	Retention Duration   `json:"retention,omitempty" pulumi:"retention,optional" min:"1m" max:"3650d" default:"1d" doc:"How long samples are kept."`
	Storage   Data       `json:"storage,omitempty" pulumi:"storage,optional" min:"256Mi" max:"1024Gi" default:"1Gi" doc:"The disk of the node that it may use: samples for half of it, then the oldest go."`
	Resources *Resources `json:"resources,omitempty" pulumi:"resources,optional" default:"requests.cpu: 25m; requests.memory: 128Mi; limits.cpu: 1; limits.memory: 512Mi" doc:"What the pod gets." rule:"limits.memory must be at least 128Mi"`
}

// SecretKey is one entry of an existing Secret in the stack's namespace.
type SecretKey struct {
	SecretName string `json:"secretName" pulumi:"secretName" format:"secret" doc:"Name of an existing Secret, instead of the value." see:"https://kubernetes.io/docs/concepts/configuration/secret/"`
	Key        string `json:"key" pulumi:"key" format:"secretKey" doc:"Its entry that holds the value."`
}

// Rules across the fields.
func (p *Prometheus) Rules(l spec.Look) {
	if !l.Sound("", "mode") {
		return
	}
	patch, external := []PrometheusMode{PrometheusPatch}, []PrometheusMode{PrometheusExternal}
	spec.CheckReadBy(l, "mode", p.Mode, []spec.ReadBy[PrometheusMode]{
		{Name: "name", By: patch, Needed: patch},
		{Name: "namespace", By: patch, Needed: patch},
		{Name: "networkPolicy", By: patch},
		{Name: "writeUrls", By: external, Needed: external},
		{Name: "queryUrl", By: []PrometheusMode{PrometheusPatch, PrometheusExternal}, Needed: external},
		{Name: "user", By: external},
		{Name: "passwordSecret", By: external},
	})
	p.checkAddresses(l)
	if p.Mode != PrometheusExternal || !l.Sound("user", "passwordSecret") {
		return
	}
	if l.Given("user") && !l.Given("passwordSecret") {
		l.Refuse("passwordSecret", spec.NotSet, "must be given with user")
	}
	if l.Given("passwordSecret") && !l.Given("user") {
		l.Refuse("user", spec.NotSet, "must be given with passwordSecret")
	}
}

func (p *Prometheus) checkAddresses(l spec.Look) {
	const elsewhere = "user and passwordSecret"
	if l.GivenSound("queryUrl") {
		CheckAddress(l, "queryUrl", p.QueryURL, elsewhere, "https://prometheus.example.com")
	}
	if !l.GivenSound("writeUrls") {
		return
	}
	if len(p.WriteURLs) == 0 {
		l.Refuse("writeUrls", "[]", "must have at least one address")
	}
	for i, address := range p.WriteURLs {
		if name := fmt.Sprintf("writeUrls[%d]", i); l.Sound(name) {
			CheckAddress(l, name, address, elsewhere, "https://prometheus.example.com/api/v1/write")
		}
	}
}

// CheckAddress refuses what is no plain address. It is not shown: what cannot be parsed may hold a
// password all the same.
func CheckAddress(l spec.Look, name, address, credentials, example string) {
	parsed, err := url.Parse(address)
	switch {
	case err == nil && parsed.User != nil:
		l.Refuse(name, spec.NotShown, "must not hold credentials: they are "+credentials)
	case err != nil, parsed.Host == "", parsed.Scheme != "http" && parsed.Scheme != "https",
		parsed.RawQuery != "", parsed.Fragment != "":
		l.Refuse(name, spec.NotShown, "must be an http or https address such as "+example)
	}
}

// Rules across the fields.
func (p *StandalonePrometheus) Rules(l spec.Look) {
	atLeast(l.In("resources"), p.Resources, "128Mi", byItself)
}
