// Package promql holds every query that a Grafana is given against Prometheus' own parser.
package promql
