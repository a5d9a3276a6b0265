package gateway

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
)

func TestARequestOfATemplateHasIDsThatNoOtherHas(t *testing.T) {
	template, err := NewTemplate(otlp.NewRequest("shop", otlp.NewSpans(otlp.NewID(16), 3)...))
	if err != nil {
		t.Fatal(err)
	}
	body := template.with(41)
	var ids []uint64
	if err := eachID(body, func(id uint64) { ids = append(ids, id) }); err != nil {
		t.Fatal(err)
	}
	if want := []uint64{41, 42, 43}; !slices.Equal(ids, want) {
		t.Errorf("the spans have %v, want %v", ids, want)
	}
	request := &otlp.Request{}
	if err := proto.Unmarshal(body, request); err != nil || len(request.ResourceSpans[0].ScopeSpans[0].Spans) != 3 {
		t.Errorf("it is %v, %v", request, err)
	}
}

func TestARequestThatIsCutIsNoRequest(t *testing.T) {
	template, err := NewTemplate(otlp.NewRequest("shop", otlp.NewSpans(otlp.NewID(16), 3)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := eachID(template.body[:template.Size()-1], func(uint64) {}); err == nil {
		t.Error("it is read as one")
	}
}

func TestABackendKnowsWhatItHasAndWhatCameTwice(t *testing.T) {
	backend := NewBackend()
	if err := backend.Start(); err != nil {
		t.Fatal(err)
	}
	defer backend.Kill()
	template, err := NewTemplate(otlp.NewRequest("shop", otlp.NewSpans(otlp.NewID(16), 2)...))
	if err != nil {
		t.Fatal(err)
	}
	sender := &Sender{Template: template, Clients: 1}
	connection, err := sender.connect(backend.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	for _, first := range []uint64{1, 5, 1} {
		if !sender.call(connection, template.with(first), first) {
			t.Fatalf("the request with span %d is refused", first)
		}
	}
	if spans, copies := backend.Stored(); spans != 4 || copies != 2 {
		t.Errorf("it has %d spans and %d copies, want 4 and 2", spans, copies)
	}
	if missing := backend.Missing([]uint64{1, 2, 3, 6}); missing != 1 {
		t.Errorf("%d are missing, want the one that was never sent", missing)
	}
}
