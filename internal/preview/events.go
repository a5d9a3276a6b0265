// Package preview reads what `pulumi preview` would do and writes it as Markdown for a reviewer:
// what is replaced or deleted comes first. Pure: no Pulumi engine, no network, no clock.
package preview

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Preview is what an update would do.
type Preview struct {
	Changes   []Change
	Unchanged int
	Outputs   []Property // of the stack
	Errors    []string   // why the preview failed; none where it did not
}

// Op is what happens to a resource.
type Op string

// What happens to a resource, in the order in which a reviewer reads it.
const (
	Delete  Op = "delete"
	Replace Op = "replace"
	Update  Op = "update"
	Import  Op = "import"
	Create  Op = "create"
)

var order = []Op{Delete, Replace, Update, Import, Create}

// Change is what happens to one resource.
type Change struct {
	Op         Op
	Type, Name string
	// DeletedFirst says of a replacement that for a while there is neither the old nor the new one.
	DeletedFirst bool
	// Protected was the resource until now; Retained stays in the cluster when the stack lets go of it.
	Protected, Retained bool
	Properties          []Property
}

// Property is what changes of a resource.
type Property struct {
	Path     string
	Old, New any // nil: not there
	Forces   bool
}

// Read reads the engine's events, one in a line, as `pulumi preview --json` writes them with
// PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true. Unlike the single document that it writes without,
// they tell in which order a replacement happens, and how the stack's outputs change. Lines that
// are not events are what the CLI says when it gives up before the engine runs.
func Read(r io.Reader) (Preview, error) {
	var events []apitype.EngineEvent
	var said []string
	lines := bufio.NewReader(r) // not a Scanner: an event with a large object is a long line
	for {
		line, err := lines.ReadString('\n')
		if text := strings.TrimSpace(line); text != "" {
			event, ok := parse(text)
			switch {
			case ok:
				events = append(events, event)
			case len(events) == 0 && text == "{":
				return Preview{}, errors.New("not a stream of events: set PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true for `pulumi preview --json`")
			default:
				said = append(said, text)
			}
		}
		if err == io.EOF {
			return collect(events, said), nil
		}
		if err != nil {
			return Preview{}, fmt.Errorf("reading events: %w", err)
		}
	}
}

func parse(line string) (event apitype.EngineEvent, ok bool) {
	if !strings.HasPrefix(line, "{") {
		return event, false
	}
	return event, json.Unmarshal([]byte(line), &event) == nil
}

const rootType = "pulumi:pulumi:Stack"

func collect(events []apitype.EngineEvent, said []string) Preview {
	// The engine's order is that of its workers, another one each time; this is everyone's.
	slices.SortStableFunc(events, func(a, b apitype.EngineEvent) int { return cmp.Compare(a.Sequence, b.Sequence) })
	var p Preview
	steps := map[string][]apitype.StepEventMetadata{}
	finished := false
	for _, event := range events {
		switch {
		case event.ResourcePreEvent != nil:
			step := event.ResourcePreEvent.Metadata
			steps[step.URN] = append(steps[step.URN], step)
		case event.ResOutputsEvent != nil:
			if step := event.ResOutputsEvent.Metadata; step.Type == rootType {
				// Several come; the last has the outputs as the program left them.
				p.Outputs = differences("", state(step.Old).Outputs, state(step.New).Outputs)
			}
		case event.DiagnosticEvent != nil && event.DiagnosticEvent.Severity == "error":
			p.Errors = append(p.Errors, strings.TrimSpace(event.DiagnosticEvent.Message))
		case event.ErrorEvent != nil:
			p.Errors = append(p.Errors, strings.TrimSpace(event.ErrorEvent.Error))
		case event.SummaryEvent != nil:
			finished = true
		}
	}
	if !finished {
		p.Errors = append(p.Errors, said...)
		if len(p.Errors) == 0 {
			p.Errors = []string{"the preview ended before its end and gave no reason"}
		}
	}
	for _, of := range steps {
		if of[0].Type == rootType {
			continue // its outputs are told on their own
		}
		if change, ok := changeOf(of); ok {
			p.Changes = append(p.Changes, change)
		} else {
			p.Unchanged++
		}
	}
	slices.SortFunc(p.Changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Op), slices.Index(order, b.Op)),
			cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return p
}

// changeOf joins the steps of one resource: a replacement is three of them.
func changeOf(steps []apitype.StepEventMetadata) (Change, bool) {
	first := steps[0]
	change := Change{Type: first.Type, Name: first.URN[strings.LastIndex(first.URN, "::")+2:]}
	at := map[apitype.OpType]int{}
	for i, step := range steps {
		at[step.Op] = i + 1
		if step.Old != nil {
			change.Protected = change.Protected || step.Old.Protect
			change.Retained = change.Retained || step.Old.RetainOnDelete
		}
	}
	told := func(ops ...apitype.OpType) (apitype.StepEventMetadata, bool) {
		for _, op := range ops {
			if at[op] > 0 {
				return steps[at[op]-1], true
			}
		}
		return apitype.StepEventMetadata{}, false
	}
	if step, ok := told(apitype.OpReplace, apitype.OpCreateReplacement, apitype.OpReadReplacement, apitype.OpImportReplacement); ok {
		change.Op = Replace
		deleted := at[apitype.OpDeleteReplaced]
		change.DeletedFirst = deleted > 0 && deleted < max(at[apitype.OpCreateReplacement], at[apitype.OpImportReplacement])
		change.Properties = properties(step)
		return change, true
	}
	// A deletion of a copy that an earlier update left behind is one as well.
	if _, ok := told(apitype.OpDelete, apitype.OpDeleteReplaced, apitype.OpReadDiscard, apitype.OpDiscardReplaced); ok {
		change.Op = Delete
		return change, true
	}
	for op, kind := range map[apitype.OpType]Op{apitype.OpUpdate: Update, apitype.OpImport: Import, apitype.OpCreate: Create} {
		if step, ok := told(op); ok {
			change.Op = kind
			if kind != Create {
				change.Properties = properties(step)
			}
			return change, true
		}
	}
	return change, false
}

func state(s *apitype.StepEventStateMetadata) apitype.StepEventStateMetadata {
	if s == nil {
		return apitype.StepEventStateMetadata{}
	}
	return *s
}

// properties says what changes of a resource, what forces a replacement first.
func properties(step apitype.StepEventMetadata) []Property {
	before, after := state(step.Old), state(step.New)
	var all []Property
	for path, diff := range step.DetailedDiff {
		was := before.Outputs
		if diff.InputDiff || lookup(was, path) == nil {
			was = before.Inputs
		}
		all = append(all, Property{Path: path, Old: lookup(was, path), New: lookup(after.Inputs, path)})
	}
	if len(step.DetailedDiff) == 0 {
		// Components and some providers only say that something changed, at most what.
		all = differences("", before.Inputs, after.Inputs)
	}
	for _, key := range step.Keys {
		at := slices.IndexFunc(all, func(p Property) bool { return p.Path == key || strings.HasPrefix(p.Path, key+".") })
		if at < 0 {
			all = append(all, Property{Path: key, Old: lookup(before.Inputs, key), New: lookup(after.Inputs, key)})
			at = len(all) - 1
		}
		all[at].Forces = true
	}
	for i := range all {
		all[i] = masked(step.Type, all[i])
	}
	slices.SortFunc(all, func(a, b Property) int {
		if a.Forces != b.Forces {
			if a.Forces {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Path, b.Path)
	})
	return all
}

// lookup finds a value by the engine's path: spec.containers[0].env["a.b"].
func lookup(properties map[string]any, path string) any {
	steps, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	var value any = properties
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			object, ok := value.(map[string]any)
			if !ok {
				return nil
			}
			value = object[step]
		case int:
			list, ok := value.([]any)
			if !ok || step < 0 || step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}
