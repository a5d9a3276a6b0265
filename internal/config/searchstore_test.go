package config_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// esAddress is a search store that is right as far as it goes.
const esAddress = `"urls":["https://es:9200"]`

// elastic is a stack on storage elasticsearch, right but for the values.
func elastic(values map[string]string) map[string]string {
	all := map[string]string{"tracestack:storage": "elasticsearch", "tracestack:elasticsearch": "{" + esAddress + "}"}
	maps.Copy(all, values)
	return all
}

// searched is a problem of a search store that is right but for what is added to it.
func searched(claim, more, problem string) refusal {
	return refusal{claim, elastic(key("elasticsearch", "{"+esAddress+","+more+"}")), "tracestack:elasticsearch" + problem}
}

// addressed is a problem of its addresses.
func addressed(claim, urls, problem string) refusal {
	return refusal{claim, elastic(key("elasticsearch", `{"urls":`+urls+`}`)), "tracestack:elasticsearch.urls" + problem}
}

// signedIn is a problem of a password of a user that is right.
func signedIn(claim, password, problem string) refusal {
	return refusal{claim, elastic(map[string]string{
		"tracestack:elasticsearch": "{" + esAddress + `,"user":"jaeger"}`, "tracestack:elasticsearchPassword": password,
	}), "tracestack:elasticsearchPassword" + problem}
}

// roles is a problem of Jaeger's settings on a search store.
func roles(claim, jaeger, problem string) refusal {
	return refusal{claim, elastic(key("jaeger", jaeger)), "tracestack:jaeger" + problem}
}

const (
	prefixRule = "must be at most 40 lower-case letters, digits, - and _, and begin and end with a letter or a digit"
	onePod     = "must not be given: with storage memory all of Jaeger is one pod, and resources are its own"
	apart      = "must not be given: with storage elasticsearch collector and query are apart, each with its own resources"
	lineRule   = " with this rotation and prefix: Jaeger names each index in the first line of a request, and a search store takes 4,096 bytes there"
	notRolled  = "must not be given: only rotation rollover reads it"
	policied   = "must not be given with rollover.lifecyclePolicy: the policy says it"
	noKeys     = "must be given with keepIndices: true: Jaeger's index cleaner knows no API key, so the store must delete old indices itself"
)

// ofSearch are the refusals of search stores, and of the roles that Jaeger has on one.
var ofSearch = []refusal{
	{"a search store without its address", map[string]string{"tracestack:storage": "elasticsearch"}, "tracestack:elasticsearch.urls: not set: must be given"},
	{"an opensearch without its address", map[string]string{"tracestack:storage": "opensearch"}, "tracestack:opensearch.urls: not set: must be given"},
	{"a mirror's search store without its address", stored("local", key("mirror", `{"backend":"jaeger","storage":"opensearch"}`)), "tracestack:opensearch.urls: not set: must be given"},
	addressed("no address", `[]`, ": []: must have at least one address"),
	addressed("an address that is text", `"https://es:9200"`, ": [not shown]: must be an array, not a string"),
	addressed("an address without scheme", `["es:9200"]`, "[0]: [not shown]: "+urlRule),
	addressed("an address without host", `["https://"]`, "[0]: [not shown]: "+urlRule),
	addressed("an address of another protocol", `["https://es:9200","ftp://es:9200"]`, "[1]: [not shown]: "+urlRule),
	addressed("an empty address", `[""]`, "[0]: [not shown]: "+urlRule),
	addressed("an address with a query", `["https://es:9200?a=b"]`, "[0]: [not shown]: "+urlRule),
	addressed("an address with credentials", `["https://elastic:hunter2@es:9200"]`, "[0]: [not shown]: must not hold credentials: they are user and a password, or apiKeySecret"),
	addressed("an address with a user", `["https://elastic@es:9200"]`, "[0]: [not shown]: must not hold credentials: they are user and a password, or apiKeySecret"),
	addressed("an address twice", `["https://es:9200","https://es:9200"]`, "[1]: [not shown]: must be named once"),
	{"the key of old", elastic(key("elasticsearch", `{"url":"https://es:9200",`+esAddress+`}`)), "tracestack:elasticsearch.url: [not shown]: no such key; did you mean urls?"},
	searched("an empty user", `"user":" "`, `.user: " ": must not be empty`),
	searched("a user that is a number", `"user":7`, ".user: 7: must be a string, not a number"),
	searched("a password inside the object", `"password":"hunter2"`, ".password: [not shown]: no such key"),
	{"a user without a password", elastic(key("elasticsearch", "{"+esAddress+`,"user":"jaeger"}`)), "tracestack:elasticsearchPassword: not set: must be given with elasticsearch.user"},
	{"a password without a user", elastic(key("elasticsearchPassword", `{"secretName":"es","key":"password"}`)), "tracestack:elasticsearch.user: not set: must be given with the password"},
	{"an opensearch's user without a password", map[string]string{"tracestack:storage": "opensearch", "tracestack:opensearch": "{" + esAddress + `,"user":"jaeger"}`}, "tracestack:opensearchPassword: not set: must be given with opensearch.user"},
	{"an opensearch's password without a user", map[string]string{"tracestack:storage": "opensearch", "tracestack:opensearch": "{" + esAddress + `}`, "tracestack:opensearchPassword": `{"secretName":"es","key":"password"}`}, "tracestack:opensearch.user: not set: must be given with the password"},
	signedIn("a password in plain", "hunter2", ": [not shown]: "+sealES),
	signedIn("an empty password", " ", ": [not shown]: must not be empty; remove the key if there is none"),
	signedIn("a password in a Secret without its key", `{"secretName":"es"}`, ".key: not set: must be given"),
	signedIn("a password's key in no Secret", `{"key":"password"}`, ".secretName: not set: must be given"),
	signedIn("a password's Secret with a slash", `{"secretName":"elk/es","key":"password"}`, ".secretName: elk/es: must be the name of a Secret"),
	signedIn("a password's key with a space", `{"secretName":"es","key":"a b"}`, ".key: a b: must be the key of a Secret's entry: letters, digits, -, _ and ."),
	signedIn("a password in an object in plain", `{"value":"hunter2","secretName":"es","key":"k"}`, ".value: [not shown]: no such key"),
	signedIn("a password that is a list", `["hunter2"]`, ": [not shown]: "+sealES),
	searched("an API key in plain", `"apiKeySecret":"hunter2"`, ".apiKeySecret: [not shown]: must be an object, not a string"),
	searched("an API key beside what it cannot clean", `"apiKeySecret":{"secretName":"es","key":"k"}`, ".apiKeySecret: [not shown]: "+noKeys),
	{"an API key beside a user", elastic(map[string]string{
		"tracestack:elasticsearch":         "{" + esAddress + `,"user":"jaeger","keepIndices":true,"apiKeySecret":{"secretName":"es","key":"k"}}`,
		"tracestack:elasticsearchPassword": `{"secretName":"es","key":"password"}`,
	}), "tracestack:elasticsearch.apiKeySecret: [not shown]: must not be given with user: Jaeger signs in in one way"},
	searched("a Secret's name with a slash", `"caSecret":"elk/ca"`, ".caSecret: elk/ca: must be the name of a Secret"),
	searched("an empty name of a Secret", `"caSecret":""`, `.caSecret: "": must be the name of a Secret`),
	{"an authority of an address without TLS", elastic(key("elasticsearch", `{"urls":["http://es:9200"],"caSecret":"es-tls-secret"}`)), "tracestack:elasticsearch.caSecret: [not shown]: must not be given with an http address: no certificate is shown there"},
	{"a certificate for an address without TLS", elastic(key("elasticsearch", `{"urls":["https://a","http://b"],"clientCertSecret":"jaeger"}`)), "tracestack:elasticsearch.clientCertSecret: [not shown]: must not be given with an http address: no certificate is shown there"},
	searched("a prefix in capitals", `"indexPrefix":"Prod"`, ".indexPrefix: Prod: "+prefixRule),
	searched("a prefix with Jaeger's dash", `"indexPrefix":"prod-"`, ".indexPrefix: prod-: "+prefixRule),
	searched("a prefix for everything", `"indexPrefix":"*"`, ".indexPrefix: *: "+prefixRule),
	searched("no shards", `"shards":0`, ".shards: 0: must be between 1 and 1024"),
	searched("negative replicas", `"replicas":-1`, ".replicas: -1: must be between 0 and 10"),
	searched("a rotation of weeks", `"rotation":"week"`, ".rotation: week: must be day, hour or rollover"),
	searched("a retention of hours", `"retention":"12h"`, ".retention: 12h: must be between 1d and 3650d"),
	searched("a retention of a day and a half", `"retention":"36h"`, ".retention: 36h: must be whole days"),
	searched("more days than a request can name", `"retention":"138d"`, ".retention: 138d: must be at most 137d"+lineRule),
	searched("more hours than a request can name", `"rotation":"hour","retention":"5d"`, ".retention: 5d: must be at most 4d"+lineRule),
	searched("more days than a request can name with their prefix", `"indexPrefix":"the-longest-of-all-prefixes-there-can-be","retention":"60d"`, ".retention: 60d: must be at most 54d"+lineRule),
	searched("a rollover's age without its rotation", `"rollover":{"maxAge":"2d"}`, ".rollover.maxAge: [not shown]: "+notRolled),
	searched("a rollover's policy without its rotation", `"rotation":"hour","rollover":{"lifecyclePolicy":"traces"}`, ".rollover.lifecyclePolicy: [not shown]: "+notRolled),
	searched("a rollover of minutes", `"rotation":"rollover","rollover":{"maxAge":"30m"}`, ".rollover.maxAge: 30m: must be between 1h and 365d"),
	searched("a rollover of little", `"rotation":"rollover","rollover":{"maxSize":"512Mi"}`, ".rollover.maxSize: 512Mi: must be between 1Gi and 10000Gi"),
	searched("a rollover's size as Elasticsearch writes it", `"rotation":"rollover","rollover":{"maxSize":"50gb"}`, `.rollover.maxSize: "50gb": must be an amount of data such as 512Mi or 10Gi`),
	searched("a policy with a slash", `"rotation":"rollover","rollover":{"lifecyclePolicy":"a/b"}`, ".rollover.lifecyclePolicy: a/b: must be at most 100 letters, digits, -, _ and ., and begin with a letter or a digit"),
	searched("a policy beside an age", `"rotation":"rollover","rollover":{"lifecyclePolicy":"traces","maxAge":"2d"}`, ".rollover.maxAge: [not shown]: must not be given with lifecyclePolicy: the policy says it"),
	searched("a policy beside a size", `"rotation":"rollover","rollover":{"lifecyclePolicy":"traces","maxSize":"2Gi"}`, ".rollover.maxSize: [not shown]: must not be given with lifecyclePolicy: the policy says it"),
	searched("a policy beside a retention", `"rotation":"rollover","retention":"7d","rollover":{"lifecyclePolicy":"traces"}`, ".retention: [not shown]: "+policied),
	searched("a policy beside indices that stay", `"rotation":"rollover","keepIndices":true,"rollover":{"lifecyclePolicy":"traces"}`, ".keepIndices: [not shown]: "+policied),
	searched("a rollover with an API key", `"rotation":"rollover","keepIndices":true,"apiKeySecret":{"secretName":"es","key":"k"}`, ".rotation: rollover: must not be rollover with apiKeySecret: Jaeger's tool for it knows user and password alone"),
	{"an opensearch with a policy of ILM", map[string]string{"tracestack:storage": "opensearch", "tracestack:opensearch": "{" + esAddress + `,"rotation":"rollover","rollover":{"lifecyclePolicy":"traces"}}`}, "tracestack:opensearch.rollover.lifecyclePolicy: [not shown]: must not be given with storage opensearch: it has no ILM"},
	{"a policy beside an archive", elastic(map[string]string{
		"tracestack:elasticsearch": "{" + esAddress + `,"rotation":"rollover","rollover":{"lifecyclePolicy":"traces"}}`, "tracestack:jaeger": `{"ui":{"archive":true}}`,
	}), "tracestack:elasticsearch.rollover.lifecyclePolicy: [not shown]: must not be given with jaeger.ui.archive: the policy would hold for the archive too"},
	{"a Jaeger that knows Kafka's topic by another key", elastic(map[string]string{
		"tracestack:kafka": `{"brokers":["kafka:9092"]}`, "tracestack:images": `{"jaeger":{"tag":"2.20.0"}}`,
	}), "tracestack:images.jaeger.tag: 2.20.0: must be older than 2.16 with kafka: the file has a key that later releases do not take"},
	{"a Jaeger that takes no aliases by their old key", elastic(map[string]string{
		"tracestack:elasticsearch": "{" + esAddress + `,"rotation":"rollover"}`, "tracestack:images": `{"jaeger":{"tag":"2.20.0"}}`,
	}), "tracestack:images.jaeger.tag: 2.20.0: must be older than 2.20 with rotation rollover: the file has a key that later releases do not take"},
	searched("indices that stay sometimes", `"keepIndices":"maybe"`, `.keepIndices: "maybe": must be true or false, not a string`),

	{"an elasticsearch without its storage", key("elasticsearch", `{"user":"elastic"}`), "tracestack:elasticsearch.user: [not shown]: " + notElastic},
	{"addresses without their storage", key("elasticsearch", "{"+esAddress+"}"), "tracestack:elasticsearch.urls: [not shown]: " + notElastic},
	{"a password without its storage", key("elasticsearchPassword", `{"secretName":"es","key":"password"}`), "tracestack:elasticsearchPassword: [not shown]: " + notElastic},
	{"an opensearch without its storage", elastic(key("opensearch", "{"+esAddress+"}")), "tracestack:opensearch.urls: [not shown]: must not be given: only storage opensearch reads it"},
	{"an opensearch's password without its storage", elastic(key("opensearchPassword", `{"secretName":"es","key":"password"}`)), "tracestack:opensearchPassword: [not shown]: must not be given: only storage opensearch reads it"},
	{"tempo with an elasticsearch", stored("local", key("elasticsearch", "{"+esAddress+"}")), "tracestack:elasticsearch.urls: [not shown]: " + notElastic},

	roles("traces in memory", `{"maxTraces":1507}`, ".maxTraces: 1507: must not be given: only storage memory counts traces"),
	roles("resources of the one pod", `{"resources":{"limits":{"cpu":1}}}`, ".resources: [not shown]: "+apart),
	roles("no collectors", `{"collector":{"replicas":0}}`, ".collector.replicas: 0: must be between 1 and 100"),
	roles("a role that there is not", `{"agent":{}}`, ".agent: [not shown]: no such key"),
	roles("a collector that cannot hold what comes at once", `{"collector":{"resources":{"limits":{"memory":"191Mi"}}}}`, ".collector.resources.limits.memory: 191Mi: must be at least 192Mi: it must hold what comes at once"),
	roles("a query with too little memory", `{"query":{"resources":{"limits":{"memory":"127Mi"}}}}`, ".query.resources.limits.memory: 127Mi: must be at least 128Mi: the process alone takes it"),
	nested("collectors of a Jaeger in memory", "jaeger", `{"collector":{"replicas":2}}`, "jaeger.collector: [not shown]: "+onePod),
	nested("queries of a Jaeger in memory", "jaeger", `{"query":{"replicas":2}}`, "jaeger.query: [not shown]: "+onePod),
}

func TestASearchStoreIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofSearch {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestASearchStoreIsReadByTheBackendAndByTheMirror(t *testing.T) {
	for claim, values := range map[string]map[string]string{
		"backend": elastic(nil),
		"mirror": stored("local", map[string]string{
			"tracestack:mirror": `{"backend":"jaeger","storage":"elasticsearch"}`, "tracestack:elasticsearch": "{" + esAddress + "}",
		}),
	} {
		c, err := config.Load(raw(values))
		if err != nil {
			t.Errorf("%s: %v", claim, err)
		} else if len(c.Elasticsearch.URLs) != 1 {
			t.Errorf("%s: read as %v", claim, c.Elasticsearch)
		}
	}
}

func TestProductionKeepsTracesLongerAndTwice(t *testing.T) {
	for profile, want := range map[settings.Profile]settings.SearchStore{
		settings.ProfileDev:  {Retention: "2d", Replicas: 0},
		settings.ProfileProd: {Retention: "14d", Replicas: 1},
	} {
		c, err := config.Load(raw(elastic(key("profile", string(profile)))))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Elasticsearch; got.Retention != want.Retention || got.Replicas != want.Replicas {
			t.Errorf("%s: %s and %d copies, want %s and %d", profile, got.Retention, got.Replicas, want.Retention, want.Replicas)
		}
		if c.Jaeger.Collector.Replicas < map[settings.Profile]int{settings.ProfileDev: 1, settings.ProfileProd: 2}[profile] {
			t.Errorf("%s: %d collectors", profile, c.Jaeger.Collector.Replicas)
		}
	}
}

func TestACredentialIsAPulumiSecretOrTheNameOfASecret(t *testing.T) {
	const password = "tracestack:elasticsearchPassword"
	load := func(text string, sealed bool) (config.Credential, []string) {
		given := raw(elastic(map[string]string{"tracestack:elasticsearch": "{" + esAddress + `,"user":"jaeger"}`, password: text}))
		given.Secret[password] = sealed
		var rules []string
		_, err := config.Load(given)
		for _, problem := range config.Problems(err) {
			rules = append(rules, problem.Rule)
		}
		return config.Decoded(given).ElasticsearchPassword, rules
	}
	for _, c := range []struct {
		claim, text string
		sealed      bool
		value       string
		existing    settings.SecretKey
	}{
		{"a Pulumi secret", "hunter2", true, "hunter2", settings.SecretKey{}},
		{"a Pulumi secret that looks like an object", `{"a":1}`, true, `{"a":1}`, settings.SecretKey{}},
		{"the name of a Secret", `{"secretName":"es","key":"password"}`, false, "", settings.SecretKey{SecretName: "es", Key: "password"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got, rules := load(c.text, c.sealed)
			if len(rules) != 0 || got.Value.Reveal() != c.value || got.Existing != c.existing {
				t.Errorf("read as %q and %v, refused with %v", got.Value.Reveal(), got.Existing, rules)
			}
		})
	}
	t.Run("a sealed name is refused", func(t *testing.T) {
		_, rules := load(`{"secretName":"es","key":"password"}`, true)
		if len(rules) != 1 || !strings.HasPrefix(rules[0], "must be in plain where it names a Secret") {
			t.Errorf("refused with %v", rules)
		}
	})
}
