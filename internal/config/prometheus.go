package config

import (
	"fmt"
	"net/url"
)

// Prometheus is where a backend writes the metrics that it makes of spans.
type Prometheus struct {
	Mode           PrometheusMode `json:"mode" doc:"Which Prometheus it is: none; patch makes one of the Prometheus operator take writes, and takes that back with the stack; external takes writes already; standalone is a small one for development, whose samples are gone with its pod." see:"https://prometheus.io/docs/specs/prw/remote_write_spec/"`
	Name           string         `json:"name" format:"object" doc:"The Prometheus resource; kube-prometheus' is k8s. It is read first, also in a preview, for which the right to get it is needed. Every pod of it is written to." rule:"must be given with mode patch, and with no other" see:"https://prometheus-operator.dev/docs/api-reference/api/"`
	Namespace      string         `json:"namespace" format:"label" doc:"Its namespace; kube-prometheus' is monitoring." rule:"must be given with mode patch, and with no other"`
	NetworkPolicy  string         `json:"networkPolicy" format:"object" doc:"The network policy that guards it, if one does; kube-prometheus' is prometheus-k8s. A second beside it then lets the backend in. Without a first, a second would shut everybody else out." rule:"must not be given with another mode than patch" see:"https://kubernetes.io/docs/concepts/services-networking/network-policies/"`
	WriteURLs      []string       `json:"writeUrls" doc:"The addresses that take remote writes, such as https://prometheus.example.com/api/v1/write. With several, each is written all: replicas of a Prometheus share nothing." rule:"must be given with mode external, and with no other; each must be an http or https address without credentials"`
	QueryURL       string         `json:"queryUrl" doc:"The address that answers queries. Without one it is, with mode patch, the Service prometheus-NAME beside the resource." rule:"must be given with mode external, may be with patch; must be an http or https address without credentials"`
	User           string         `json:"user" format:"notEmpty" doc:"The user that writes." rule:"must not be given with another mode than external, nor without passwordSecret"`
	PasswordSecret SecretKey      `json:"passwordSecret" doc:"The password of user, in a Secret of the stack's namespace." rule:"must not be given with another mode than external, nor without user"`
}

const prometheus = "tracestack:prometheus"

// validatePrometheus holds what is said against the mode that reads it. Where no backend writes
// metrics nothing does: it may stay in the file for the way back.
func (c Config) validatePrometheus(found *problems) {
	if !c.sound(prometheus, prometheus+".mode") {
		return
	}
	c.validatePrometheusMode(found)
	c.validatePrometheusAddresses(found)
	user, password := prometheus+".user", prometheus+".passwordSecret"
	if c.Prometheus.Mode != ExternalPrometheus || !c.sound(user, password) {
		return
	}
	if c.set[user] && !c.set[password] {
		found.add(password, notSet, "must be given with user")
	}
	if c.set[password] && !c.set[user] {
		found.add(user, notSet, "must be given with passwordSecret")
	}
}

// validatePrometheusMode refuses what the mode would not read, and asks for what it needs.
func (c Config) validatePrometheusMode(found *problems) {
	patch, external := []PrometheusMode{PatchPrometheus}, []PrometheusMode{ExternalPrometheus}
	validateReadBy(c, found, "mode", c.Prometheus.Mode, []readBy[PrometheusMode]{
		{prometheus + ".name", patch, patch},
		{prometheus + ".namespace", patch, patch},
		{prometheus + ".networkPolicy", patch, nil},
		{prometheus + ".writeUrls", external, external},
		{prometheus + ".queryUrl", []PrometheusMode{PatchPrometheus, ExternalPrometheus}, external},
		{prometheus + ".user", external, nil},
		{prometheus + ".passwordSecret", external, nil},
	})
}

func (c Config) validatePrometheusAddresses(found *problems) {
	const elsewhere = "user and passwordSecret"
	if path := prometheus + ".queryUrl"; c.set[path] && c.sound(path) {
		found.addAddress(path, c.Prometheus.QueryURL, elsewhere, "https://prometheus.example.com")
	}
	path := prometheus + ".writeUrls"
	if !c.set[path] || !c.sound(path) {
		return
	}
	if len(c.Prometheus.WriteURLs) == 0 {
		found.add(path, "[]", "must have at least one address")
	}
	for i, address := range c.Prometheus.WriteURLs {
		if inner := fmt.Sprintf("%s[%d]", path, i); c.sound(inner) {
			found.addAddress(inner, address, elsewhere, "https://prometheus.example.com/api/v1/write")
		}
	}
}

// addAddress refuses what is no plain address. It is not shown: what cannot be parsed may hold a
// password all the same.
func (p *problems) addAddress(path, address, credentials, example string) {
	parsed, err := url.Parse(address)
	switch {
	case err == nil && parsed.User != nil:
		p.add(path, notShown, "must not hold credentials: they are "+credentials)
	case err != nil, parsed.Host == "", parsed.Scheme != "http" && parsed.Scheme != "https",
		parsed.RawQuery != "", parsed.Fragment != "":
		p.add(path, notShown, "must be an http or https address such as "+example)
	}
}
