// Command storage-provisioner gives each claim of its storage class a folder of the node. It is the
// Kubernetes project's library for such provisioners around mkdir and rm, for a cluster of one node.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// name is what a storage class calls the provisioner by.
const name = "tracestack.io/folder"

// metricsPort is where the library answers; the pod's probes ask there.
const metricsPort = 8080

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: storage-provisioner FOLDER: the path, the same here and on the node, below which the volumes are")
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	controller.NewProvisionController(ctx, client, name, folders{os.Args[1]},
		controller.LeaderElection(false), // There is one.
		controller.MetricsPort(metricsPort),
	).Run(ctx)
}
