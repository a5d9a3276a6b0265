package config_test

import (
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

const (
	pathRule = "must begin with /, not end with one, and be of letters, digits, -, _ and ., such as /jaeger"
	linkRule = "must be an http or https address, or a path that begins with /, without spaces but in #{}"
	openRule = "must not hold credentials: whoever sees the pages sees them"
	nameRule = "must be traceID, traceName, startTime, endTime or duration with type traces"
)

// paged is a problem of Jaeger's pages.
func paged(claim, ui, problem string) refusal {
	return nested(claim, "jaeger", `{"ui":`+ui+`}`, "jaeger.ui"+problem)
}

// linked is a problem of a link that is right but for what is in it.
func linked(claim, pattern, problem string) refusal {
	return paged(claim, `{"linkPatterns":[`+pattern+`]}`, ".linkPatterns[0]"+problem)
}

// ofUI are the refusals of Jaeger's pages.
var ofUI = []refusal{
	paged("pages as text", `"dark"`, ": [not shown]: must be an object, not a string"),
	paged("a setting of the pages that there is not", `{"theme":"dark"}`, ".theme: [not shown]: no such key"),
	paged("a path without its slash", `{"basePath":"jaeger"}`, ".basePath: jaeger: "+pathRule),
	paged("a path with a slash at its end", `{"basePath":"/jaeger/"}`, ".basePath: /jaeger/: "+pathRule),
	paged("the path of the root", `{"basePath":"/"}`, ".basePath: /: "+pathRule),
	paged("an empty path", `{"basePath":""}`, `.basePath: "": `+pathRule),
	paged("a path that goes up", `{"basePath":"/../jaeger"}`, ".basePath: /../jaeger: "+pathRule),
	paged("a path with a query", `{"basePath":"/jaeger?a=b"}`, ".basePath: /jaeger?a=b: "+pathRule),
	paged("a path that ends Traefik's rule", "{\"basePath\":\"/a`) || Host(`b\"}", ".basePath: /a`) || Host(`b: "+pathRule),
	paged("a path that is an address", `{"basePath":"https://example.com/jaeger"}`, ".basePath: https://example.com/jaeger: "+pathRule),
	paged("an archive in memory", `{"archive":true}`, ".archive: true: must not be given: only a search store has an index that nothing deletes"),
	{"an archive on a disk", map[string]string{"tracestack:storage": "badger", "tracestack:jaeger": `{"ui":{"archive":true}}`}, "tracestack:jaeger.ui.archive: true: must not be given: only a search store has an index that nothing deletes"},
	paged("an archive sometimes", `{"archive":"maybe"}`, `.archive: "maybe": must be true or false, not a string`),

	paged("a menu that is no list", `{"menu":{"label":"a"}}`, ".menu: [not shown]: must be an array, not an object"),
	paged("an entry without a name", `{"menu":[{"url":"/a"}]}`, ".menu[0].label: not set: must be given"),
	paged("an entry without a name to read", `{"menu":[{"label":" ","url":"/a"}]}`, `.menu[0].label: " ": must not be empty`),
	paged("an entry that leads nowhere", `{"menu":[{"label":"a"}]}`, ".menu[0].url: not set: must be given, or items"),
	paged("an entry that leads nowhere for want of links", `{"menu":[{"label":"a","items":[]}]}`, ".menu[0].url: not set: must be given, or items"),
	paged("an entry that leads to two things", `{"menu":[{"label":"a","url":"/a","items":[{"label":"b","url":"/b"}]}]}`, ".menu[0].url: [not shown]: must not be given with items"),
	paged("a link below a name without its address", `{"menu":[{"label":"a","items":[{"label":"b"}]}]}`, ".menu[0].items[0].url: not set: must be given"),
	paged("a link that runs a script", `{"menu":[{"label":"a","url":"javascript:alert(1)"}]}`, ".menu[0].url: javascript:alert(1): "+linkRule),
	paged("a link with a space", `{"menu":[{"label":"a","items":[{"label":"b","url":"https://a b"}]}]}`, `.menu[0].items[0].url: https://a b: `+linkRule),
	paged("a link with a password", `{"menu":[{"label":"a","url":"https://me:hunter2@logs"}]}`, ".menu[0].url: [not shown]: "+openRule),
	paged("a link below a name with a password", `{"menu":[{"label":"a","items":[{"label":"b","url":"https://me:hunter2@logs"}]}]}`, ".menu[0].items[0].url: [not shown]: "+openRule),
	paged("a menu of three levels", `{"menu":[{"label":"a","items":[{"label":"b","url":"/b","items":[]}]}]}`, ".menu[0].items[0].items: [not shown]: no such key"),

	linked("a link of nothing", `{"url":"/a","text":"a"}`, ".type: not set: must be given"),
	linked("a link of a span", `{"type":"span","key":"k","url":"/a","text":"a"}`, ".type: span: must be traces, process, tags or logs"),
	linked("a link without an address", `{"type":"traces","text":"a"}`, ".url: not set: must be given"),
	linked("a link without a text", `{"type":"traces","url":"/a"}`, ".text: not set: must be given"),
	linked("a link of no attribute", `{"type":"tags","url":"/a","text":"a"}`, ".key: not set: must be given with type tags"),
	linked("a link of an attribute with a space", `{"type":"tags","key":"a b","url":"/a","text":"a"}`, ".key: a b: must be the name of an attribute, such as http.method"),
	linked("a link of a trace's attribute", `{"type":"traces","key":"http.url","url":"/a","text":"a"}`, ".key: http.url: must not be given with type traces: it is the trace that has the link"),
	linked("a link with credentials", `{"type":"traces","url":"https://me:hunter2@logs/#{traceID}","text":"a"}`, ".url: [not shown]: "+openRule),
	linked("a name that is not closed", `{"type":"traces","url":"https://logs/#{traceID","text":"a"}`, ".url: https://logs/#{traceID: each #{ must be closed by }"),
	linked("a name without one", `{"type":"tags","key":"k","url":"https://logs/#{}","text":"a"}`, ".url: https://logs/#{}: #{} must have the name of an attribute, such as #{http.method}"),
	linked("a name that a trace has not", `{"type":"traces","url":"https://logs/#{traceId}","text":"a"}`, ".url: https://logs/#{traceId}: #{traceId} "+nameRule),
	linked("a name in the text that a trace has not", `{"type":"traces","url":"/a","text":"#{service}"}`, ".text: #{service}: #{service} "+nameRule),
}

func TestWhatJaegersPagesWouldNotShowIsRefused(t *testing.T) {
	for _, c := range ofUI {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestLinksOfEveryTypeAreAccepted(t *testing.T) {
	_, err := config.Load(raw(key("jaeger", `{"ui":{"basePath":"/a/b-1.c","menu":[],"linkPatterns":[
		{"type":"traces","url":"https://logs?q=#{traceID}&from=#{startTime | epoch_micros_to_date_iso}","text":"Logs of #{traceName}"},
		{"type":"process","key":"k8s.pod.name","url":"https://#{k8s.cluster.name}.example.com/","text":"a"},
		{"type":"logs","key":"exception.type","url":"/errors/#{exception.type}","text":"a"}]}}`)))
	if err != nil {
		t.Error(err)
	}
}
