package grafana_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

var (
	jaeger = grafana.Datasource{Name: "Jaeger", Type: grafana.TypeJaeger, UID: "tracestack-jaeger", URL: "http://jaeger:16686"}
	tempo  = grafana.Datasource{Name: "Tempo", Type: grafana.TypeTempo, UID: grafana.UIDTraces, URL: "http://tempo:3200", SpanMetrics: true}
	store  = grafana.Metrics{URL: "http://prometheus:9090"}
)

func render(t *testing.T, datasources []grafana.Datasource) string {
	t.Helper()
	file, err := grafana.Render("datasources.yaml", datasources)
	if err != nil {
		t.Fatal(err)
	}
	return file.Body
}

// What Grafana would take for a variable: a $ that is not one of a pair.
var single = regexp.MustCompile(`(^|[^$])(\$\$)*\$([^$]|$)`)

func TestGrafanaExpandsNothingInAFileButThePassword(t *testing.T) {
	body := render(t, grafana.Datasources([]grafana.Datasource{{
		Name: "US$", Type: grafana.TypeTempo, UID: "uid", SpanMetrics: true, URL: "http://tempo:3200/$HOME/${HOME}",
		JSONData: map[string]any{"spanBar": map[string]string{"tag": "$tag"}, "list": []string{"$$"}, "number": 1},
	}}, &grafana.Metrics{URL: "http://prometheus:9090", User: "me$"}))
	for _, want := range []string{
		"name: US$$\n", "url: http://tempo:3200/$$HOME/$${HOME}\n", "tag: $$tag\n", "- $$$$\n", "number: 1\n", "basicAuthUser: me$$\n",
		"query: sum by (span_name) (rate(traces_spanmetrics_calls_total{$$__tags}[5m]))\n",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
	const password = "basicAuthPassword: $__env{TRACESTACK_PROMETHEUS_PASSWORD}\n"
	rest := strings.Replace(body, password, "", 1)
	if len(rest) == len(body) {
		t.Errorf("%q is not in\n%s", password, body)
	}
	for line := range strings.Lines(rest) {
		if single.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("Grafana would expand %s", line)
		}
	}
}

func TestNobodySignsInToAStoreThatKnowsNoUsers(t *testing.T) {
	body := render(t, grafana.Datasources([]grafana.Datasource{tempo}, &store))
	for _, unasked := range []string{"basicAuth", "secureJsonData", "$__env"} {
		if strings.Contains(body, unasked) {
			t.Errorf("the file has %s:\n%s", unasked, body)
		}
	}
}

// uids finds what refers to a datasource, and the datasources themselves.
var uids = regexp.MustCompile(`"(?:uid|datasourceUid)":"([^"]+)"`)

func TestEveryLinkLeadsToADatasourceThatIsThere(t *testing.T) {
	for _, c := range []struct {
		claim      string
		traces     []grafana.Datasource
		metrics    *grafana.Metrics
		links      int // uses of a datasource by another or by a dashboard
		dashboards int
	}{
		{"Jaeger alone", []grafana.Datasource{jaeger}, nil, 0, 0},
		{"Tempo alone", []grafana.Datasource{tempo}, nil, 0, 0},
		{"Jaeger and metrics", []grafana.Datasource{jaeger}, &store, 1, 0},
		{"Tempo and metrics", []grafana.Datasource{tempo}, &store, 3, 1},
		{"both and metrics", []grafana.Datasource{jaeger, tempo}, &store, 3, 1},
	} {
		t.Run(c.claim, func(t *testing.T) {
			datasources := grafana.Datasources(c.traces, c.metrics)
			there := map[string]int{}
			for _, d := range datasources {
				there[d.UID] = 0
			}
			dashboards := grafana.Dashboards(datasources)
			if len(dashboards) != c.dashboards {
				t.Errorf("%d dashboards, want %d", len(dashboards), c.dashboards)
			}
			links := 0
			for _, d := range datasources {
				links += count(t, there, d.JSONData, d.UID)
			}
			if links != c.links {
				t.Errorf("%d links between datasources, want %d", links, c.links)
			}
			for _, d := range dashboards {
				if count(t, there, json.RawMessage(d.JSON), d.UID) == 0 {
					t.Errorf("dashboard %s reads no datasource", d.UID)
				}
			}
		})
	}
}

// count counts the uses of datasources in a value, and reports those of one that is not there.
func count(t *testing.T, there map[string]int, value any, itself string) int {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, use := range uids.FindAllStringSubmatch(string(text), -1) {
		if use[1] == itself {
			continue
		}
		if _, ok := there[use[1]]; !ok {
			t.Errorf("%s leads to %s, which is not among %v", itself, use[1], there)
		}
		links++
	}
	return links
}

func TestExemplarsLeadToWhereTheyWereWritten(t *testing.T) {
	for _, c := range []struct {
		claim  string
		traces []grafana.Datasource
		want   string
	}{
		{"to Jaeger where it is all there is", []grafana.Datasource{jaeger}, "tracestack-jaeger"},
		{"to Tempo also when it comes second", []grafana.Datasource{jaeger, tempo}, grafana.UIDTraces},
	} {
		t.Run(c.claim, func(t *testing.T) {
			body := render(t, grafana.Datasources(c.traces, &store))
			if want := "- datasourceUid: " + c.want + "\n          name: traceID\n"; !strings.Contains(body, want) {
				t.Errorf("%q is not in\n%s", want, body)
			}
		})
	}
}

func TestWhatADatasourceSaysOfItselfWins(t *testing.T) {
	own := tempo
	own.JSONData = map[string]any{"nodeGraph": map[string]any{"enabled": false}, "streamingEnabled": map[string]any{"search": true}}
	body := render(t, grafana.Datasources([]grafana.Datasource{own}, &store))
	for _, want := range []string{"nodeGraph:\n        enabled: false\n", "streamingEnabled:\n        search: true\n", "serviceMap:\n        datasourceUid: tracestack-prometheus\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
	if _, changed := own.JSONData["serviceMap"]; changed {
		t.Error("the caller's settings are changed")
	}
}

func TestTheSameIsRenderedToTheSameBytes(t *testing.T) {
	all := func() string { return render(t, grafana.Datasources([]grafana.Datasource{jaeger, tempo}, &store)) }
	first := all()
	for range 20 {
		if again := all(); again != first {
			t.Fatalf("once\n%s\nthen\n%s", first, again)
		}
	}
}

func TestAPasswordsVariableIsOneThatAShellCanSet(t *testing.T) {
	if name := grafana.PasswordVariable("my-Store_2"); name != "MY_STORE_2_PASSWORD" {
		t.Errorf("the variable is %s", name)
	}
}

// The panels that a row of the grid holds must fit it, and none lies on another.
func TestNoPanelOfADashboardLiesOnAnother(t *testing.T) {
	for _, dashboard := range grafana.Dashboards(grafana.Datasources([]grafana.Datasource{tempo}, &store)) {
		var model struct {
			Panels []struct {
				ID      int
				GridPos struct{ X, Y, W, H int }
			}
		}
		if err := json.Unmarshal([]byte(dashboard.JSON), &model); err != nil {
			t.Fatal(err)
		}
		var ids []int
		taken := map[[2]int]int{}
		for _, panel := range model.Panels {
			if slices.Contains(ids, panel.ID) || panel.ID == 0 {
				t.Errorf("%s: panel %d is not the only one of its number", dashboard.UID, panel.ID)
			}
			ids = append(ids, panel.ID)
			at := panel.GridPos
			if at.X+at.W > 24 {
				t.Errorf("%s: panel %d ends right of the grid", dashboard.UID, panel.ID)
			}
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					if other, is := taken[[2]int{x, y}]; is {
						t.Fatalf("%s: panel %d lies on panel %d", dashboard.UID, panel.ID, other)
					}
					taken[[2]int{x, y}] = panel.ID
				}
			}
		}
	}
}
