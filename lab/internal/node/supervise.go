package node

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/vishvananda/netlink"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// process is one of the node's long-running processes.
type process struct {
	name string
	path string
	args []string
}

// Supervise runs the node's processes in the order in which they need one another. It returns when
// the first of them ends: a node that lacks one is not a node.
func Supervise(ctx context.Context, state State, bin Binaries) error {
	if err := state.network().setUp(); err != nil {
		return err
	}
	ended := make(chan error)
	for _, p := range controlPlane(state, bin) {
		if err := start(state, p, ended); err != nil {
			return err
		}
	}
	ready := make(chan error, 1)
	go func() { ready <- waitReady(ctx, state) }()
	select {
	case err := <-ended:
		return err
	case err := <-ready:
		if err != nil {
			return err
		}
	}
	// The controllers exit where the API server's own roles are not there yet, so they come second.
	for _, p := range controllers(state, bin) {
		if err := start(state, p, ended); err != nil {
			return err
		}
	}
	return <-ended
}

func start(state State, p process, ended chan<- error) error {
	log, err := os.Create(state.Log(p.name))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.path, p.args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, "/"
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	fmt.Printf("%s %s started\n", time.Now().Format(time.TimeOnly), p.name)
	go func() {
		err := cmd.Wait()
		ended <- fmt.Errorf("%s ended (%v): see %s", p.name, errors.Join(err), state.Log(p.name))
	}()
	return nil
}

// frontProxy is who the API server is to servers of a part of the API.
const frontProxy = "front-proxy-client"

func controlPlane(state State, bin Binaries) []process {
	pki := func(name string) string { return state.path("pki", name) }
	return []process{
		{"containerd", bin.Containerd, []string{"--config", state.path("containerd.toml")}},
		{"etcd", bin.Etcd, []string{
			"--data-dir", state.path("etcd"), "--name", Name,
			"--listen-client-urls", "http://127.0.0.1:2379", "--advertise-client-urls", "http://127.0.0.1:2379",
			"--listen-peer-urls", "http://127.0.0.1:2380",
			// The node's data does not outlive it, so it need not survive the machine's power either.
			"--unsafe-no-fsync", "--log-level", "warn",
		}},
		{"kube-apiserver", bin.Kube, []string{
			"kube-apiserver",
			"--advertise-address=" + state.network().node.Addr().String(), "--secure-port=6443",
			"--etcd-servers=http://127.0.0.1:2379", "--service-cluster-ip-range=" + state.network().services.String(),
			"--client-ca-file=" + pki("ca.crt"),
			"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"),
			"--kubelet-client-certificate=" + pki("apiserver.crt"), "--kubelet-client-key=" + pki("apiserver.key"),
			"--kubelet-certificate-authority=" + pki("ca.crt"),
			// The node's name resolves nowhere: logs and exec go to its address.
			"--kubelet-preferred-address-types=InternalIP",
			// A part of the API may have a server of its own. This one says there who asks, and is believed
			// for its certificate.
			"--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"), "--requestheader-allowed-names=" + frontProxy,
			"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
			"--requestheader-extra-headers-prefix=X-Remote-Extra-",
			"--proxy-client-cert-file=" + pki("front-proxy.crt"), "--proxy-client-key-file=" + pki("front-proxy.key"),
			"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
			"--service-account-issuer=https://kubernetes.default.svc." + Domain,
			"--service-account-key-file=" + pki("serviceaccount.crt"), "--service-account-signing-key-file=" + pki("serviceaccount.key"),
			"--allow-privileged=true", "--profiling=false",
		}},
	}
}

func controllers(state State, bin Binaries) []process {
	pki := func(name string) string { return state.path("pki", name) }
	kubeconfig := func(name string) string { return "--kubeconfig=" + state.path("pki", name+".kubeconfig") }
	return []process{
		{"kubelet", bin.Kube, []string{
			"kubelet", "--config=" + state.path("kubelet.yaml"), kubeconfig("kubelet"),
			"--root-dir=" + state.path("kubelet"), "--hostname-override=" + Name, "--node-ip=" + state.network().node.Addr().String(),
		}},
		{"kube-controller-manager", bin.Kube, []string{
			"kube-controller-manager", kubeconfig("controller-manager"),
			"--use-service-account-credentials=true", "--leader-elect=false", "--bind-address=127.0.0.1",
			"--root-ca-file=" + pki("ca.crt"), "--service-account-private-key-file=" + pki("serviceaccount.key"),
		}},
		{"kube-scheduler", bin.Kube, []string{"kube-scheduler", kubeconfig("scheduler"), "--leader-elect=false", "--bind-address=127.0.0.1"}},
		{"kube-proxy", bin.Kube, []string{"kube-proxy", "--config=" + state.path("kube-proxy.yaml"), "--hostname-override=" + Name}},
	}
}

// network sets up the node's end of the link to the machine, and lets it forward to pods.
func (n network) setUp() error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("link lo: %w", err)
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return fmt.Errorf("link lo: %w", err)
	}
	end, err := netlink.LinkByName("eth0")
	if err != nil {
		return fmt.Errorf("link eth0: %w", err)
	}
	if err := netlink.AddrAdd(end, &netlink.Addr{IPNet: ipnet(n.node)}); err != nil {
		return fmt.Errorf("address of eth0: %w", err)
	}
	if err := netlink.LinkSetUp(end); err != nil {
		return fmt.Errorf("link eth0: %w", err)
	}
	// Some of Kubernetes looks for a default route to find the node's address. It leads to the
	// machine, which forwards nothing.
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: end.Attrs().Index, Gw: n.host.Addr().AsSlice()}); err != nil {
		return fmt.Errorf("default route: %w", err)
	}
	for _, setting := range []string{
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/net/bridge/bridge-nf-call-iptables",
		// A connection to a pod that is gone would hold the network namespace for minutes after
		// the node's end.
		"/proc/sys/net/ipv4/tcp_orphan_retries",
	} {
		if err := os.WriteFile(setting, []byte("1"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// WaitContainerd waits until the node's containerd can be dialled.
func WaitContainerd(ctx context.Context, state State) error {
	for {
		conn, err := net.Dial("unix", state.ContainerdSocket())
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("containerd: %w", context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// waitReady waits until the API server says that it is ready.
func waitReady(ctx context.Context, state State) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", state.Kubeconfig())
	if err != nil {
		return err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, state.Server()+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the API server is not ready: see %s", state.Log("kube-apiserver"))
		case <-time.After(100 * time.Millisecond):
		}
	}
}
