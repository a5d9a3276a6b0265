package jaeger_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/sizes"
)

func searchStore() jaeger.SearchStore {
	return jaeger.SearchStore{
		URLs: []string{"https://es:9200/", "https://es-2:9200"}, User: "jaeger", CA: true,
		Shards: 1, Lookback: 3 * 24 * time.Hour,
	}
}

func rendered(t *testing.T, file render.File, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return file.Body
}

func collector(t *testing.T, s jaeger.SearchStore) string {
	t.Helper()
	file, err := jaeger.Collector(nil, s)
	return rendered(t, file, err)
}

func query(t *testing.T, s jaeger.SearchStore) string {
	t.Helper()
	file, err := jaeger.Query(jaeger.Pages{}, s)
	return rendered(t, file, err)
}

// has reports each text that a file has not.
func has(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("%q is not in\n%s", text, body)
		}
	}
}

func hasNot(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(body, text) {
			t.Errorf("%q is in\n%s", text, body)
		}
	}
}

func TestEachRoleListensForItsOwnAlone(t *testing.T) {
	for _, c := range []struct {
		role, body string
		want       []string
	}{
		{"collector", collector(t, searchStore()), []string{"0.0.0.0:13133", "0.0.0.0:4317", "0.0.0.0:4318"}},
		{"query", query(t, searchStore()), []string{"0.0.0.0:13133", "0.0.0.0:16685", "0.0.0.0:16686"}},
	} {
		var listens []string
		for _, match := range regexp.MustCompile(`(?m)endpoint: (\S+)$`).FindAllStringSubmatch(c.body, -1) {
			listens = append(listens, match[1])
		}
		slices.Sort(listens)
		if !slices.Equal(listens, c.want) {
			t.Errorf("the %s listens on %v, want %v", c.role, listens, c.want)
		}
	}
}

func TestBothRolesReachTheSameStoreInTheSameWay(t *testing.T) {
	s := searchStore()
	s.ClientCert, s.IndexPrefix, s.Hourly = true, "prod", true
	for _, body := range []string{collector(t, s), query(t, s)} {
		has(t, body, "elasticsearch:\n", "- https://es:9200\n", "- https://es-2:9200\n",
			"username: jaeger\n", "password_file: "+jaeger.StoreFiles.Credential+"\n", "reload_interval: 10s\n",
			"ca_file: "+jaeger.StoreFiles.CA+"\n", "cert_file: "+jaeger.StoreFiles.Cert+"\n", "key_file: "+jaeger.StoreFiles.Key+"\n",
			"index_prefix: prod\n", "date_layout: 2006-01-02-15\n", "rollover_frequency: hour\n", "max_span_age: 72h0m0s\n")
	}
	s = searchStore()
	s.OpenSearch, s.User, s.APIKey, s.CA = true, "", true, false
	for _, body := range []string{collector(t, s), query(t, s)} {
		has(t, body, "opensearch:\n", "api_key:\n", "file_path: "+jaeger.StoreFiles.Credential+"\n", "date_layout: \"2006-01-02\"\n")
		hasNot(t, body, "basic:", "tls:", "index_prefix")
	}
}

func TestOnlyWhoWritesMakesTemplates(t *testing.T) {
	has(t, collector(t, searchStore()), "create_mappings: true\n", "bulk_processing:\n")
	has(t, query(t, searchStore()), "create_mappings: false\n")
	hasNot(t, query(t, searchStore()), "bulk_processing", "otlp")
}

func TestServicesHaveAnIndexADayAlsoWhereSpansHaveOneAnHour(t *testing.T) {
	s := searchStore()
	s.Hourly = true
	_, services, _ := strings.Cut(collector(t, s), "services:\n")
	has(t, services, "date_layout: \"2006-01-02\"\n", "rollover_frequency: day\n")
}

// What Jaeger sends at once is far below the 100 MB that a search store takes by its own default: a bulk is
// sent when it is full, so that it has one span more at most.
func TestABulkIsSmallerThanWhatAStoreTakes(t *testing.T) {
	const taken, grows = 100_000_000, 8
	if most := sizes.Bulk + grows*sizes.Request; most > taken {
		t.Errorf("a bulk may have %d bytes, a store takes %d", most, taken)
	}
	has(t, collector(t, searchStore()), "max_bytes: 5000000\n", "max_actions: 1000\n", "flush_interval: 200ms\n", "workers: 4\n")
}

func TestWhoSendsIsAnsweredByTheBulkAndRefusedByAFullQueue(t *testing.T) {
	has(t, collector(t, searchStore()), "wait_for_result: true\n", "block_on_overflow: false\n", "sizer: bytes\n", "queue_size: 16777216\n")
}

func TestAStoreWithoutAddressOrShardsIsRefused(t *testing.T) {
	for _, s := range []jaeger.SearchStore{{Shards: 1}, {URLs: []string{"https://es:9200"}}} {
		if file, err := jaeger.Query(jaeger.Pages{}, s); err == nil {
			t.Errorf("rendered:\n%s", file.Body)
		}
	}
}
