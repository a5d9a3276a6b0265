module github.com/tracestack/tracestack/lab/tools/crds

go 1.26.0

require (
	github.com/grafana/grafana-operator/v5 v5.18.0
	github.com/traefik/traefik/v3 v3.7.13
	sigs.k8s.io/gateway-api v1.6.1
)
