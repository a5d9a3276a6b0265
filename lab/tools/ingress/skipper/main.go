// Command skipper is Skipper as a cluster's Ingress controller, made of its own library: the
// Kubernetes client, routing, the proxy and the built-in filters. The released command has rate
// limiting in a swarm, policy agents, clouds and tracers besides, which are most of what it is made of.
package main

import (
	"context"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/zalando/skipper/dataclients/kubernetes"
	"github.com/zalando/skipper/filters/builtin"
	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/predicates/primitive"
	"github.com/zalando/skipper/predicates/source"
	"github.com/zalando/skipper/predicates/traffic"
	"github.com/zalando/skipper/proxy"
	"github.com/zalando/skipper/routing"
)

const (
	address = ":9999"
	// poll is how often the cluster is read, as in the released command.
	poll = 3 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	cluster, err := kubernetes.New(kubernetes.Options{
		KubernetesInCluster:            true,
		KubernetesEnableEndpointslices: true,
		// A pattern, which would take every class that has the word in it.
		IngressClass: "^skipper$",
		// The path that the probes ask for, once routes are there.
		ProvideHealthcheck: true,
	})
	if err != nil {
		return err
	}
	defer cluster.Close()
	endpoints := routing.NewEndpointRegistry(routing.RegistryOptions{})
	routes := routing.New(routing.Options{
		FilterRegistry: builtin.MakeRegistry(),
		Predicates: []routing.PredicateSpec{
			// What the Kubernetes client writes into routes: who may ask for health, and shares of traffic.
			source.New(), primitive.NewShutdown(), primitive.NewTrue(), traffic.New(),
		},
		DataClients:     []routing.DataClient{cluster},
		PostProcessors:  []routing.PostProcessor{loadbalancer.NewAlgorithmProvider(), endpoints},
		PollTimeout:     poll,
		SignalFirstLoad: true,
	})
	defer routes.Close()
	handler := proxy.WithParams(proxy.Params{Routing: routes, EndpointRegistry: endpoints, AccessLogDisabled: true})
	defer handler.Close()
	select {
	case <-routes.FirstLoad():
	case <-ctx.Done():
		return nil
	}
	return serve(ctx, handler)
}

// serve answers until it is told to stop, and then ends the requests that it has begun.
func serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	log.Println("Skipper listens on", address)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
