package servicegraph

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the goldens again")

// hotrod is what three dispatches of HotROD leave; a fifth of the routes failed.
var hotrod = Graph{Edges: []Edge{
	{Client: "user", Server: "frontend", Kind: VirtualNode, Calls: 3, Mean: 750 * time.Millisecond},
	{Client: "frontend", Server: "customer", Calls: 3, Mean: 297 * time.Millisecond},
	{Client: "frontend", Server: "driver", Calls: 3, Mean: 221 * time.Millisecond},
	{Client: "frontend", Server: "route", Calls: 30, Failed: 6, Mean: 48600 * time.Microsecond},
	{Client: "mysql", Server: "mysql", Kind: VirtualNode, Calls: 3, Mean: 296 * time.Millisecond},
}}

// shop has what HotROD has not: cycles, calls over several layers, two kinds
// between the same two, a name that is too long.
var shop = Graph{Edges: []Edge{
	{Client: "user", Server: "web", Kind: VirtualNode, Calls: 9000, Failed: 12, Mean: 90 * time.Millisecond},
	{Client: "cron", Server: "ledger", Calls: 2, Mean: time.Second},
	{Client: "web", Server: "cart", Calls: 411, Failed: 411, Mean: 9 * time.Millisecond},
	{Client: "web", Server: "postgres", Kind: Database, Calls: 77, Mean: 2 * time.Millisecond},
	{Client: "web", Server: "web", Calls: 4, Failed: 1},
	{Client: "web", Server: "web", Kind: VirtualNode, Calls: 4},
	{Client: "cart", Server: "ledger", Calls: 5, Mean: time.Millisecond},
	{Client: "cart", Server: "ledger", Kind: MessagingSystem, Calls: 5, Mean: time.Millisecond},
	{Client: "ledger", Server: "cart", Calls: 1, Mean: time.Millisecond},
	{Client: "ledger", Server: strings.Repeat("a-very-long-name-", 5), Calls: 1, Mean: time.Millisecond},
	{Client: strings.Repeat("a-very-long-name-", 5), Server: "web", Calls: 1, Mean: time.Millisecond},
	{Client: "ping", Server: "pong", Calls: 1, Mean: time.Millisecond},
	{Client: "pong", Server: "ping", Calls: 1, Mean: time.Millisecond},
}}

// graphs are those by hand and thirty at random, of 2 to 20 services.
func graphs() map[string]Graph {
	all := map[string]Graph{"hotrod": hotrod, "shop": shop}
	kinds := []Kind{Request, Request, Request, MessagingSystem, Database, VirtualNode}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		services := 2 + r.IntN(19)
		made := map[Edge]bool{}
		for range services + r.IntN(services) {
			made[Edge{
				Client: fmt.Sprintf("service-%d", r.IntN(services)),
				Server: fmt.Sprintf("service-%d", r.IntN(services)),
				Kind:   kinds[r.IntN(len(kinds))],
			}] = true
		}
		var g Graph
		for e := range made {
			e.Calls = 1 + len(e.Client)*len(e.Server)
			e.Failed = e.Calls % 3
			e.Mean = time.Duration(e.Calls) * time.Millisecond
			g.Edges = append(g.Edges, e)
		}
		all[fmt.Sprintf("random %d", seed)] = g
	}
	return all
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it and run with -update. Got:\n%s", path, got)
	}
}

// says fails unless err mentions everything.
func says(t *testing.T, err error, everything ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", everything)
	}
	for _, s := range everything {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error does not say %q:\n%v", s, err)
		}
	}
}
