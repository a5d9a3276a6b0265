package config_test

import "strings"

const (
	hostRule   = "must be a host: a DNS name in lower case, without * and port"
	secretRule = "must be the name of a Secret"
	objectRule = "must be the name of an object"
	keyRule    = "must be the key of a label: a name of at most 63 characters, with a DNS name and / in front if any"
	noteRule   = "must be the key of an annotation: a name of at most 63 characters, with a DNS name and / in front if any"
	ownRule    = "must be the key of a label, and not one that the program sets"
	valueRule  = "must be the value of a label: at most 63 letters, digits, -, _ and ."
	cpuRule    = "must be an amount of processor time such as 500m or 2"
	memoryRule = "must be an amount of memory such as 512Mi or 2Gi"
	repoRule   = "must be a repository with its registry, such as registry.example.com/jaegertracing/jaeger"
	mirrorRule = "must be a registry, with a path if it has one, such as registry.example.com:5000/mirror"
	digestRule = "must be a digest: sha256: and 64 hexadecimal digits"
	pointRule  = "must be the name of an entry point"
	twice      = "must be given once, not twice"
)

// nested is the one problem of a value somewhere inside a key.
func nested(claim, name, value, problem string) refusal {
	return refusal{claim, key(name, value), "tracestack:" + problem}
}

// routed is a problem of an ingress that is right but for what is added to it.
func routed(claim, more, problem string) refusal {
	return nested(claim, "ingress", `{"kind":"ingress","domain":"example.com",`+more+`}`, "ingress"+problem)
}

// written is a problem of a Prometheus that is right but for what is in it.
func written(claim, mode, inside, problem string) refusal {
	return nested(claim, "prometheus", `{"mode":"`+mode+`",`+inside+`}`, "prometheus"+problem)
}

// ofNewKeys are the refusals of sizes, routes, images, scheduling, labels and resources.
var ofNewKeys = []refusal{
	nested("an unknown size", "size", "huge", "size: huge: must be demo, small, medium or large"),
	nested("an empty size", "size", "", `size: "": must be demo, small, medium or large`),
	nested("createNamespace as text", "createNamespace", "no", "createNamespace: no: must be true or false"),
	nested("createNamespace as an object", "createNamespace", "{}", "createNamespace: [not shown]: must be true or false"),

	nested("resources that are a number", "collector", `{"resources":2}`, "collector.resources: [not shown]: must be an object, not a number"),
	nested("resources that are null", "collector", `{"resources":null}`, "collector.resources: null: "+hasValue),
	nested("a resource that there is not", "collector", `{"resources":{"limits":{"gpu":1}}}`, "collector.resources.limits.gpu: [not shown]: no such key; did you mean cpu?"),
	nested("requests in the singular", "collector", `{"resources":{"request":{}}}`, "collector.resources.request: [not shown]: no such key; did you mean requests?"),
	nested("a processor with a decimal point", "collector", `{"resources":{"limits":{"cpu":0.5}}}`, "collector.resources.limits.cpu: 0.5: "+cpuRule),
	nested("a processor in cores by name", "collector", `{"resources":{"limits":{"cpu":"2 cores"}}}`, `collector.resources.limits.cpu: "2 cores": `+cpuRule),
	nested("a processor that is empty", "collector", `{"resources":{"limits":{"cpu":""}}}`, `collector.resources.limits.cpu: "": `+cpuRule),
	nested("a processor that is negative", "collector", `{"resources":{"limits":{"cpu":-1}}}`, "collector.resources.limits.cpu: -1: "+cpuRule),
	nested("a processor that is a list", "collector", `{"resources":{"limits":{"cpu":[1]}}}`, "collector.resources.limits.cpu: [not shown]: "+cpuRule),
	nested("no processor", "collector", `{"resources":{"requests":{"cpu":"0"}}}`, "collector.resources.requests.cpu: 0: must be between 1m and 128"),
	nested("more processors than a node has", "collector", `{"resources":{"limits":{"cpu":129}}}`, "collector.resources.limits.cpu: 129: must be between 1m and 128"),
	nested("memory without unit", "collector", `{"resources":{"limits":{"memory":536870912}}}`, "collector.resources.limits.memory: 536870912: "+memoryRule),
	nested("memory in another unit", "collector", `{"resources":{"limits":{"memory":"512MB"}}}`, `collector.resources.limits.memory: "512MB": `+memoryRule),
	nested("memory that is null", "jaeger", `{"resources":{"limits":{"memory":null}}}`, "jaeger.resources.limits.memory: null: "+hasValue),
	nested("memory beyond any node", "collector", `{"resources":{"limits":{"memory":"2000Gi"}}}`, "collector.resources.limits.memory: 2000Gi: must be between 1Mi and 1024Gi"),
	nested("less memory than a collector's queue takes", "collector", `{"resources":{"limits":{"memory":"95Mi"}}}`, "collector.resources.limits.memory: 95Mi: must be at least 96Mi: its queue must hold what comes at once"),
	{"less memory than two queues take", map[string]string{
		"tracestack:mirror": `{"backend":"tempo","storage":"local"}`, "tracestack:collector": `{"resources":{"limits":{"memory":"191Mi"}}}`,
	}, "tracestack:collector.resources.limits.memory: 191Mi: must be at least 192Mi: with a mirror it has two queues, and each must hold what comes at once"},
	nested("less memory than Jaeger takes", "jaeger", `{"resources":{"limits":{"memory":"64Mi"}}}`, "jaeger.resources.limits.memory: 64Mi: must be at least 128Mi: the process alone takes it"),
	nested("a request above the size's limit", "collector", `{"resources":{"requests":{"cpu":3}}}`, "collector.resources.requests.cpu: 3: must not be more than the limit, 2"),
	nested("a request above its own limit", "collector", `{"resources":{"requests":{"memory":"2Gi"},"limits":{"memory":"1Gi"}}}`, "collector.resources.requests.memory: 2Gi: must not be more than the limit, 1Gi"),
	nested("a request of Jaeger's memory alone", "jaeger", `{"resources":{"requests":{"memory":"1Gi"}}}`, "jaeger.resources.requests.memory: 1Gi: must be given with limits.memory: without it both follow maxTraces"),

	nested("a kind of route that there is not", "ingress", `{"kind":"nginx","domain":"example.com"}`, "ingress.kind: nginx: must be none, ingressroute, ingress or httproute"),
	nested("a kind of route in capitals", "ingress", `{"kind":"IngressRoute"}`, "ingress.kind: IngressRoute: must be none, ingressroute, ingress or httproute"),
	nested("a route without a host", "ingress", `{"kind":"ingress"}`, "ingress.domain: not set: must be given with kind ingress, or the host of a page"),
	nested("a domain without a kind of route", "ingress", `{"domain":"example.com"}`, "ingress.domain: [not shown]: must not be given with kind none, only with ingressroute, ingress, httproute"),
	nested("TLS without a kind of route", "ingress", `{"tls":true}`, "ingress.tls: [not shown]: must not be given with kind none, only with ingressroute, ingress, httproute"),
	nested("annotations without a kind of route", "ingress", `{"annotations":{"a":"b"}}`, "ingress.annotations: [not shown]: must not be given with kind none, only with ingressroute, ingress, httproute"),
	routed("an empty domain", `"domain":""`, ".domain: [not shown]: "+twice),
	nested("a domain in capitals", "ingress", `{"kind":"ingress","domain":"Example.com"}`, "ingress.domain: Example.com: "+hostRule),
	nested("a domain with a wildcard", "ingress", `{"kind":"ingress","domain":"*.example.com"}`, "ingress.domain: *.example.com: "+hostRule),
	nested("a domain that is an address", "ingress", `{"kind":"ingress","domain":"http://example.com"}`, "ingress.domain: http://example.com: "+hostRule),
	nested("a domain that ends Traefik's rule", "ingress", "{\"kind\":\"ingressroute\",\"domain\":\"a`) || Host(`b\"}", "ingress.domain: a`) || Host(`b: "+hostRule),
	nested("a domain that leaves no room for a name", "ingress", `{"kind":"ingress","domain":"`+strings.Repeat("a.", 123)+`abcdef"}`, "ingress.domain: "+strings.Repeat("a.", 30)+"…: must be shorter: with the name of a page in front it is no host any more"),
	routed("a host with a port", `"jaeger":{"host":"a.example.com:8080"}`, ".jaeger.host: a.example.com:8080: "+hostRule),
	routed("a host that is a list", `"jaeger":{"host":["a"]}`, ".jaeger.host: [not shown]: must be a string, not an array"),
	routed("a page that is text", `"jaeger":"a.example.com"`, ".jaeger: [not shown]: must be an object, not a string"),
	routed("a page that there is not", `"tempo":{}`, ".tempo: [not shown]: no such key"),
	routed("a host of a demo that there is not", `"demo":{"host":"a.example.com"}`, ".demo: [not shown]: must not be given: demo is false, so there is nothing to reach"),
	routed("TLS as text", `"tls":"yes"`, `.tls: "yes": must be true or false, not a string`),
	routed("a certificate without TLS", `"tlsSecret":"wildcard"`, ".tlsSecret: [not shown]: must not be given without tls: true"),
	routed("a certificate of Jaeger without TLS", `"jaeger":{"tlsSecret":"a"}`, ".jaeger.tlsSecret: [not shown]: must not be given without tls: true"),
	routed("a certificate that is no name", `"tls":true,"tlsSecret":"-----BEGIN"`, ".tlsSecret: -----BEGIN: "+secretRule),
	routed("a class that is no name", `"className":"a/b"`, ".className: a/b: "+objectRule),
	routed("entry points of an Ingress", `"entryPoints":["web"]`, ".entryPoints: [not shown]: must not be given with kind ingress, only with ingressroute"),
	routed("a Gateway of an Ingress", `"gateway":{}`, ".gateway: [not shown]: must not be given with kind ingress, only with httproute"),
	routed("an annotation that is a number", `"annotations":{"a":1}`, `.annotations["a"]: 1: must be a string, not a number`),
	routed("an annotation without key", `"annotations":{"":"x"}`, `.annotations[""]: [not shown]: `+noteRule),
	routed("an annotation given twice", `"annotations":{"a":"x","a":"y"}`, `.annotations["a"]: [not shown]: `+twice),
	nested("a class of Traefik's route", "ingress", `{"kind":"ingressroute","domain":"a.b","className":"nginx"}`, "ingress.className: [not shown]: must not be given with kind ingressroute, only with ingress"),
	nested("an entry point with a space", "ingress", `{"kind":"ingressroute","domain":"a.b","entryPoints":["web","we b"]}`, "ingress.entryPoints[1]: we b: "+pointRule),
	nested("entry points that are text", "ingress", `{"kind":"ingressroute","domain":"a.b","entryPoints":"web"}`, "ingress.entryPoints: [not shown]: must be an array, not a string"),
	nested("an entry point that is null", "ingress", `{"kind":"ingressroute","domain":"a.b","entryPoints":[null]}`, "ingress.entryPoints[0]: null: "+hasValue),
	nested("a Gateway's route without Gateway", "ingress", `{"kind":"httproute","domain":"a.b"}`, "ingress.gateway.name: not set: must be given with kind httproute"),
	nested("a Gateway without name", "ingress", `{"kind":"httproute","domain":"a.b","gateway":{"namespace":"g"}}`, "ingress.gateway.name: not set: must be given with kind httproute"),
	nested("a Gateway with an empty name", "ingress", `{"kind":"httproute","domain":"a.b","gateway":{"name":""}}`, `ingress.gateway.name: "": `+objectRule),
	nested("a Gateway in no namespace", "ingress", `{"kind":"httproute","domain":"a.b","gateway":{"name":"g","namespace":"A"}}`, "ingress.gateway.namespace: A: "+dnsRule),
	nested("a Gateway's route with a certificate", "ingress", `{"kind":"httproute","domain":"a.b","gateway":{"name":"g"},"tls":true,"tlsSecret":"s"}`, "ingress.tlsSecret: [not shown]: must not be given with kind httproute, only with ingressroute, ingress"),

	nested("a Prometheus that is a name", "prometheus", "k8s", "prometheus: [not shown]: "+wellFormed),
	nested("an unknown mode", "prometheus", `{"mode":"scrape"}`, "prometheus.mode: scrape: must be none, patch, external or standalone"),
	nested("a name without a mode", "prometheus", `{"name":"k8s"}`, "prometheus.name: [not shown]: must not be given with mode none, only with patch"),
	nested("a namespace without a mode", "prometheus", `{"namespace":"monitoring"}`, "prometheus.namespace: [not shown]: must not be given with mode none, only with patch"),
	nested("a policy without a mode", "prometheus", `{"networkPolicy":"prometheus-k8s"}`, "prometheus.networkPolicy: [not shown]: must not be given with mode none, only with patch"),
	nested("an address without a mode", "prometheus", `{"writeUrls":["https://a.example.com"]}`, "prometheus.writeUrls: [not shown]: must not be given with mode none, only with external"),
	nested("a query without a mode", "prometheus", `{"queryUrl":"https://a.example.com"}`, "prometheus.queryUrl: [not shown]: must not be given with mode none, only with patch, external"),
	nested("a password in plain", "prometheus", `{"passwordSecret":"hunter2"}`, "prometheus.passwordSecret: [not shown]: must be an object, not a string"),
	nested("a password of no mode", "prometheus", `{"passwordSecret":{"secretName":"a","key":"b"}}`, "prometheus.passwordSecret: [not shown]: must not be given with mode none, only with external"),
	written("a patch of nothing", "patch", `"namespace":"monitoring"`, ".name: not set: must be given with mode patch"),
	written("a patch of no namespace", "patch", `"name":"k8s"`, ".namespace: not set: must be given with mode patch"),
	written("a patch of what is no object", "patch", `"namespace":"monitoring","name":"K8s"`, ".name: K8s: "+objectRule),
	written("a patch in what is no namespace", "patch", `"namespace":"a.b","name":"k8s"`, ".namespace: a.b: "+dnsRule),
	written("a policy that is no object", "patch", `"namespace":"monitoring","name":"k8s","networkPolicy":"a/b"`, ".networkPolicy: a/b: "+objectRule),
	written("a policy that is true", "patch", `"namespace":"monitoring","name":"k8s","networkPolicy":true`, ".networkPolicy: true: must be a string, not a boolean"),
	written("a patch of an address", "patch", `"namespace":"monitoring","name":"k8s","writeUrls":["http://a"]`, ".writeUrls: [not shown]: must not be given with mode patch, only with external"),
	written("a patch with a user", "patch", `"namespace":"monitoring","name":"k8s","user":"me"`, ".user: [not shown]: must not be given with mode patch, only with external"),
	written("a query by name alone", "patch", `"namespace":"monitoring","name":"k8s","queryUrl":"prometheus-k8s:9090"`, ".queryUrl: [not shown]: must be an http or https address such as https://prometheus.example.com"),
	written("no address elsewhere", "external", `"queryUrl":"https://a"`, ".writeUrls: not set: must be given with mode external"),
	written("an empty list of addresses", "external", `"queryUrl":"https://a","writeUrls":[]`, ".writeUrls: []: must have at least one address"),
	written("an address that is text", "external", `"queryUrl":"https://a","writeUrls":"https://a"`, ".writeUrls: [not shown]: must be an array, not a string"),
	written("an address of another protocol", "external", `"queryUrl":"https://a","writeUrls":["ftp://a"]`, ".writeUrls[0]: [not shown]: must be an http or https address such as https://prometheus.example.com/api/v1/write"),
	written("an address with a password", "external", `"queryUrl":"https://a","writeUrls":["https://a","https://me:hunter2@b"]`, ".writeUrls[1]: [not shown]: must not hold credentials: they are user and passwordSecret"),
	written("a query with a token", "external", `"queryUrl":"https://a?token=hunter2","writeUrls":["https://a"]`, ".queryUrl: [not shown]: must be an http or https address such as https://prometheus.example.com"),
	written("no query elsewhere", "external", `"writeUrls":["https://a"]`, ".queryUrl: not set: must be given with mode external"),
	written("a user without a password", "external", `"queryUrl":"https://a","writeUrls":["https://a"],"user":"me"`, ".passwordSecret: not set: must be given with user"),
	written("a password without a user", "external", `"queryUrl":"https://a","writeUrls":["https://a"],"passwordSecret":{"secretName":"a","key":"b"}`, ".user: not set: must be given with passwordSecret"),
	written("an empty user", "external", `"queryUrl":"https://a","writeUrls":["https://a"],"user":"","passwordSecret":{"secretName":"a","key":"b"}`, `.user: "": must not be empty`),
	written("a Secret without its entry", "external", `"queryUrl":"https://a","writeUrls":["https://a"],"user":"me","passwordSecret":{"secretName":"a"}`, ".passwordSecret.key: not set: must be given"),
	written("a name of one's own Prometheus", "standalone", `"name":"mine"`, ".name: [not shown]: must not be given with mode standalone, only with patch"),
	written("an address of one's own Prometheus", "standalone", `"queryUrl":"https://a"`, ".queryUrl: [not shown]: must not be given with mode standalone, only with patch, external"),

	nested("images that are a list", "images", `["jaeger"]`, "images: [not shown]: must be an object, not an array"),
	nested("an image that is text", "images", `{"jaeger":"jaeger:2"}`, "images.jaeger: [not shown]: must be an object, not a string"),
	nested("an image of nothing here", "images", `{"zipkin":{}}`, "images.zipkin: [not shown]: no such key"),
	nested("the floating tag", "images", `{"jaeger":{"tag":"latest"}}`, "images.jaeger.tag: latest: must be a tag other than latest"),
	nested("the floating tag in capitals", "images", `{"jaeger":{"tag":"LATEST"}}`, "images.jaeger.tag: LATEST: must be a tag other than latest"),
	nested("an empty tag", "images", `{"jaeger":{"tag":""}}`, `images.jaeger.tag: "": must be a tag other than latest`),
	nested("a tag that is a number", "images", `{"jaeger":{"tag":2.13}}`, "images.jaeger.tag: 2.13: must be a string, not a number"),
	nested("a tag with a colon", "images", `{"jaeger":{"tag":"jaeger:2"}}`, "images.jaeger.tag: jaeger:2: must be a tag other than latest"),
	nested("a short digest", "images", `{"jaeger":{"digest":"sha256:abc"}}`, "images.jaeger.digest: sha256:abc: "+digestRule),
	nested("a digest without its kind", "images", `{"jaeger":{"digest":"`+strings.Repeat("0", 64)+`"}}`, "images.jaeger.digest: "+strings.Repeat("0", 60)+"…: "+digestRule),
	nested("a repository without registry", "images", `{"jaeger":{"repository":"jaegertracing/jaeger"}}`, "images.jaeger.repository: jaegertracing/jaeger: "+repoRule),
	nested("a repository with its tag", "images", `{"jaeger":{"repository":"docker.io/jaeger:2"}}`, "images.jaeger.repository: docker.io/jaeger:2: "+repoRule),
	nested("a repository in capitals", "images", `{"demo":{"repository":"docker.io/Jaeger"}}`, "images.demo.repository: docker.io/Jaeger: "+repoRule),
	nested("a registry with a protocol", "images", `{"registry":"https://registry.example.com"}`, "images.registry: https://registry.example.com: "+mirrorRule),
	nested("a registry that ends in a slash", "images", `{"registry":"registry.example.com/"}`, "images.registry: registry.example.com/: "+mirrorRule),
	nested("a registry that is a part of Docker Hub", "images", `{"registry":"mirror"}`, "images.registry: mirror: "+mirrorRule),
	nested("pull secrets that are text", "images", `{"pullSecrets":"a"}`, "images.pullSecrets: [not shown]: must be an array, not a string"),
	nested("a pull secret that is an object", "images", `{"pullSecrets":[{"name":"a"}]}`, "images.pullSecrets[0]: [not shown]: must be a string, not an object"),
	nested("a pull secret that is no name", "images", `{"pullSecrets":["a","b c"]}`, "images.pullSecrets[1]: b c: "+secretRule),
	nested("a password for the registry", "images", `{"password":"hunter2"}`, "images.password: [not shown]: no such key"),

	nested("scheduling that is text", "scheduling", "linux", "scheduling: [not shown]: "+wellFormed),
	nested("a node selector that is a list", "scheduling", `{"nodeSelector":["a=b"]}`, "scheduling.nodeSelector: [not shown]: must be an object, not an array"),
	nested("a node selector with a space", "scheduling", `{"nodeSelector":{"a b":"c"}}`, `scheduling.nodeSelector["a b"]: [not shown]: `+keyRule),
	nested("a node selector for a boolean", "scheduling", `{"nodeSelector":{"gpu":true}}`, `scheduling.nodeSelector["gpu"]: true: must be a string, not a boolean`),
	nested("a node selector's long value", "scheduling", `{"nodeSelector":{"a":"`+strings.Repeat("b", 64)+`"}}`, `scheduling.nodeSelector["a"]: `+strings.Repeat("b", 60)+"…: "+valueRule),
	nested("tolerations that are an object", "scheduling", `{"tolerations":{"key":"a"}}`, "scheduling.tolerations: [not shown]: must be an array, not an object"),
	nested("a toleration that is text", "scheduling", `{"tolerations":["a"]}`, "scheduling.tolerations[0]: [not shown]: must be an object, not a string"),
	nested("a toleration without key", "scheduling", `{"tolerations":[{"value":"x"}]}`, "scheduling.tolerations[0].key: not set: must be given with operator Equal"),
	nested("seconds for a taint that evicts nobody", "scheduling", `{"tolerations":[{"key":"a","effect":"NoSchedule","value":"x","tolerationSeconds":60}]}`, "scheduling.tolerations[0].tolerationSeconds: 60: must be given with effect NoExecute only"),
	nested("seconds below none", "scheduling", `{"tolerations":[{"key":"a","effect":"NoExecute","value":"x","tolerationSeconds":-1}]}`, "scheduling.tolerations[0].tolerationSeconds: -1: must be between 0 and 2592000"),
	nested("a toleration of any value with one", "scheduling", `{"tolerations":[{"key":"a","operator":"Exists","value":"x"}]}`, "scheduling.tolerations[0].value: x: must not be given with operator Exists"),
	nested("a toleration's unknown operator", "scheduling", `{"tolerations":[{"key":"a","operator":"In"}]}`, "scheduling.tolerations[0].operator: In: must be Equal or Exists"),
	nested("a toleration's unknown effect", "scheduling", `{"tolerations":[{"key":"a","effect":"Evict"}]}`, "scheduling.tolerations[0].effect: Evict: must be NoSchedule, PreferNoSchedule or NoExecute"),
	nested("a toleration's misspelt field", "scheduling", `{"tolerations":[{"key":"a"},{"keys":"b","operator":"Exists"}]}`, "scheduling.tolerations[1].keys: [not shown]: no such key; did you mean key?"),
	nested("a toleration's key given twice", "scheduling", `{"tolerations":[{"key":"a","key":"b"}]}`, "scheduling.tolerations[0].key: [not shown]: "+twice),
	nested("a spread without a domain", "scheduling", `{"topologySpread":[{"maxSkew":1}]}`, "scheduling.topologySpread[0].topologyKey: not set: must be given"),
	nested("a spread with an empty domain", "scheduling", `{"topologySpread":[{"topologyKey":""}]}`, `scheduling.topologySpread[0].topologyKey: "": `+keyRule),
	nested("a spread without skew", "scheduling", `{"topologySpread":[{"topologyKey":"zone","maxSkew":0}]}`, "scheduling.topologySpread[0].maxSkew: 0: must be between 1 and 100"),
	nested("a spread that never decides", "scheduling", `{"topologySpread":[{"topologyKey":"zone","whenUnsatisfiable":"Never"}]}`, "scheduling.topologySpread[0].whenUnsatisfiable: Never: must be ScheduleAnyway or DoNotSchedule"),
	nested("a spread that is null", "scheduling", `{"topologySpread":null}`, "scheduling.topologySpread: null: "+hasValue),
	nested("a spread's item that is null", "scheduling", `{"topologySpread":[null]}`, "scheduling.topologySpread[0]: null: "+hasValue),

	nested("labels that are a list", "labels", `["a"]`, "labels: [not shown]: must be an object, not an array"),
	nested("labels that are text", "labels", "team=a", "labels: [not shown]: "+wellFormed),
	nested("a label that selectors depend on", "labels", `{"app.kubernetes.io/name":"x"}`, `labels["app.kubernetes.io/name"]: [not shown]: `+ownRule),
	nested("a label's key with two slashes", "labels", `{"a/b/c":"x"}`, `labels["a/b/c"]: [not shown]: `+ownRule),
	nested("a label's value with a space", "labels", `{"team":"a b"}`, `labels["team"]: a b: `+valueRule),
	nested("a label's value that is a number", "labels", `{"cost-center":4711}`, `labels["cost-center"]: 4711: must be a string, not a number`),
	nested("a label's value that is null", "labels", `{"team":null}`, `labels["team"]: null: `+hasValue),
	nested("a label's key with a line break", "labels", `{"a\nb":"x"}`, `labels["a\nb"]: [not shown]: `+ownRule),
	nested("a label given twice", "labels", `{"a":"x","a":"x"}`, `labels["a"]: [not shown]: `+twice),
	nested("an annotation that is an object", "annotations", `{"a":{"b":"c"}}`, `annotations["a"]: [not shown]: must be a string, not an object`),
	nested("an annotation's key that ends in a dash", "annotations", `{"a-":"x"}`, `annotations["a-"]: [not shown]: `+noteRule),
	nested("annotations that are null", "annotations", "null", "annotations: [not shown]: must be an object, not null"),
}
