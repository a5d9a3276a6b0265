package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pelletier/go-toml/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	proxy "k8s.io/kube-proxy/config/v1alpha1"
	kubelet "k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/lab/pki"
)

// writeFiles writes the certificates and the configuration of every process of the node.
func writeFiles(state State, bin Binaries) error {
	return errors.Join(
		writePKI(state),
		writeFrontProxy(state),
		writeTOML(state.path("containerd.toml"), containerdConfig(state, bin)),
		writeJSON(state.path("cni", "10-lab.conflist"), cniConfig(state)),
		writeYAML(state.path("kubelet.yaml"), kubeletConfig(state)),
		writeYAML(state.path("kube-proxy.yaml"), proxyConfig(state)),
	)
}

// users are the Kubernetes identities of the node's processes: name, group.
var users = map[string][2]string{
	"controller-manager": {"system:kube-controller-manager", ""},
	"scheduler":          {"system:kube-scheduler", ""},
	"kube-proxy":         {"system:kube-proxy", ""},
	"kubelet":            {"system:node:" + Name, "system:nodes"},
}

func writePKI(state State) error {
	ca, err := pki.NewAuthority("tracestack-lab")
	if err != nil {
		return err
	}
	if err := os.WriteFile(state.path("pki", "ca.crt"), ca.Cert, 0o644); err != nil {
		return err
	}
	network := state.network()
	address := network.node.Addr()
	server, err := ca.Issue("kube-apiserver", "system:masters",
		address.String(), network.services.Addr().Next().String(), "127.0.0.1", "localhost",
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc."+Domain)
	if err != nil {
		return err
	}
	node, err := ca.Issue(Name, "", address.String(), Name)
	if err != nil {
		return err
	}
	admin, err := ca.Issue("lab-admin", "system:masters")
	if err != nil {
		return err
	}
	signer, err := ca.Issue("serviceaccount", "")
	if err != nil {
		return err
	}
	errs := []error{
		server.Write(state.path("pki", "apiserver.crt"), state.path("pki", "apiserver.key")),
		node.Write(state.path("pki", "kubelet.crt"), state.path("pki", "kubelet.key")),
		signer.Write(state.path("pki", "serviceaccount.crt"), state.path("pki", "serviceaccount.key")),
		state.writeKubeconfig(state.Kubeconfig(), ca.Cert, admin),
	}
	for name, user := range users {
		cert, err := ca.Issue(user[0], user[1])
		errs = append(errs, err, state.writeKubeconfig(state.path("pki", name+".kubeconfig"), ca.Cert, cert))
	}
	return errors.Join(errs...)
}

// writeFrontProxy makes what the API server shows to servers of a part of the API. The authority is of its own:
// whoever has a certificate of it is believed, whoever they say asks.
func writeFrontProxy(state State) error {
	authority, err := pki.NewAuthority("tracestack-lab-front-proxy")
	if err != nil {
		return err
	}
	client, err := authority.Issue(frontProxy, "")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(state.path("pki", "front-proxy-ca.crt"), authority.Cert, 0o644),
		client.Write(state.path("pki", "front-proxy.crt"), state.path("pki", "front-proxy.key")),
	)
}

func (s State) writeKubeconfig(path string, ca []byte, user pki.Certificate) error {
	config := clientcmdapi.NewConfig()
	config.Clusters[Name] = &clientcmdapi.Cluster{Server: s.Server(), CertificateAuthorityData: ca}
	config.AuthInfos[Name] = &clientcmdapi.AuthInfo{ClientCertificateData: user.Cert, ClientKeyData: user.Key}
	config.Contexts[Name] = &clientcmdapi.Context{Cluster: Name, AuthInfo: Name}
	config.CurrentContext = Name
	return clientcmd.WriteToFile(*config, path)
}

type object = map[string]any

func containerdConfig(state State, bin Binaries) object {
	return object{
		"version": 2,
		"root":    state.path("containerd"),
		"state":   "/run/containerd",
		"grpc":    object{"address": state.ContainerdSocket()},
		"disabled_plugins": []string{
			"io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
			"io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
			// It makes /opt/containerd on the machine.
			"io.containerd.internal.v1.opt",
		},
		"plugins": object{"io.containerd.grpc.v1.cri": object{
			"sandbox_image": bin.PauseImage,
			// A machine's root without CAP_SYS_RESOURCE cannot lower a score: without this, every
			// sandbox fails there.
			"restrict_oom_score_adj": true,
			"containerd": object{"default_runtime_name": "runc", "runtimes": object{"runc": object{
				"runtime_type": "io.containerd.runc.v2",
				"options":      object{"SystemdCgroup": false},
			}}},
			"cni": object{"bin_dir": bin.CNI, "conf_dir": state.path("cni")},
			// A folder of a registry's own, as containerd defines them, says how that is reached. It is
			// read at each pull, so one can be added while the node runs.
			"registry": object{"config_path": state.path("registries")},
		}},
	}
}

func cniConfig(state State) object {
	return object{
		"cniVersion": "1.0.0",
		"name":       "lab",
		"plugins": []object{{
			"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
			"ipam": object{
				"type": "host-local", "dataDir": state.path("run", "ipam"),
				"ranges": [][]object{{{"subnet": state.network().pods.String()}}},
				"routes": []object{{"dst": "0.0.0.0/0"}},
			},
		}},
	}
}

func kubeletConfig(state State) kubelet.KubeletConfiguration {
	no, yes, never, kmem := false, true, int32(100), int32(0)
	config := kubelet.KubeletConfiguration{
		TypeMeta: metav1.TypeMeta{APIVersion: "kubelet.config.k8s.io/v1beta1", Kind: "KubeletConfiguration"},
		Authentication: kubelet.KubeletAuthentication{
			X509:      kubelet.KubeletX509Authentication{ClientCAFile: state.path("pki", "ca.crt")},
			Anonymous: kubelet.KubeletAnonymousAuthentication{Enabled: &no},
			Webhook:   kubelet.KubeletWebhookAuthentication{Enabled: &yes},
		},
		Authorization:            kubelet.KubeletAuthorization{Mode: kubelet.KubeletAuthorizationModeWebhook},
		TLSCertFile:              state.path("pki", "kubelet.crt"),
		TLSPrivateKeyFile:        state.path("pki", "kubelet.key"),
		ContainerRuntimeEndpoint: "unix://" + state.ContainerdSocket(),
		CgroupDriver:             "cgroupfs",
		CgroupRoot:               "/" + state.cgroup(),
		FailCgroupV1:             &no,
		ClusterDNS:               []string{state.DNSAddress()},
		ClusterDomain:            Domain,
		// Empty: the machine's own resolvers are not reachable from the node.
		ResolverConfig:  new(string),
		PodLogsDir:      state.path("log", "pods"),
		VolumePluginDir: state.path("kubelet", "volume-plugins"),
		FailSwapOn:      &no,
		OOMScoreAdj:     &kmem,
		// A full disk of a working machine is not the node's business, and a collected image could
		// not be pulled again.
		EvictionHard:                map[string]string{"nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%"},
		ImageGCHighThresholdPercent: &never,
		// Pods are few here: their status should be seen at once.
		SyncFrequency:             metav1.Duration{Duration: 5 * time.Second},
		NodeStatusUpdateFrequency: metav1.Duration{Duration: 5 * time.Second},
		// Container starts are not throttled: the whole stack comes at once.
		SerializeImagePulls: &no,
	}
	return config
}

func proxyConfig(state State) proxy.KubeProxyConfiguration {
	zero, none := int32(0), metav1.Duration{}
	config := proxy.KubeProxyConfiguration{
		TypeMeta:         metav1.TypeMeta{APIVersion: "kubeproxy.config.k8s.io/v1alpha1", Kind: "KubeProxyConfiguration"},
		BindAddress:      "0.0.0.0",
		Mode:             "iptables",
		OOMScoreAdj:      &zero,
		HostnameOverride: Name,
	}
	config.ClientConnection.Kubeconfig = state.path("pki", "kube-proxy.kubeconfig")
	// A new Service should be reachable at once.
	config.IPTables.MinSyncPeriod = metav1.Duration{Duration: 100 * time.Millisecond}
	// Zero leaves the machine's connection tracking as it is.
	config.Conntrack.MaxPerCore, config.Conntrack.Min = &zero, &zero
	config.Conntrack.TCPEstablishedTimeout, config.Conntrack.TCPCloseWaitTimeout = &none, &none
	return config
}

func writeTOML(path string, value any) error {
	body, err := toml.Marshal(value)
	return writeBody(path, body, err)
}

func writeJSON(path string, value any) error {
	body, err := json.MarshalIndent(value, "", "  ")
	return writeBody(path, body, err)
}

func writeYAML(path string, value any) error {
	body, err := yaml.Marshal(value)
	return writeBody(path, body, err)
}

func writeBody(path string, body []byte, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, append(bytes.TrimSpace(body), '\n'), 0o644)
}
