package spec_test

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/spec"
)

// Length is an amount, in metres.
type Length string

func (l Length) Number() (int, bool) {
	number, err := strconv.Atoi(strings.TrimSuffix(string(l), "m"))
	return number, err == nil && strings.HasSuffix(string(l), "m")
}
func (Length) Form() string    { return "must be a length such as 3m" }
func (Length) Kind() spec.Kind { return spec.DataAmount }

type Colour string

func (Colour) Choices() []string { return []string{"red", "green"} }

type Door struct {
	Width  Length `pulumi:"width,optional" min:"1m" max:"9m" default:"2m" doc:"How wide."`
	Height Length `pulumi:"height,optional" min:"1m" max:"9m" doc:"How high."`
}

// Rules and settling across the fields.
func (d *Door) Rules(l spec.Look) {
	if l.GivenSound("height") && l.Sound("width") && d.Height == d.Width {
		l.Refuse("height", string(d.Height), "must not be the width")
	}
}

func (d *Door) Settle(l spec.Look) {
	if !l.Given("height") {
		d.Height = d.Width
	}
}

// Lock names a key, so an empty one is none.
type Lock struct {
	Key  string `pulumi:"key" format:"label" doc:"Its key."`
	Note string `pulumi:"note,optional" doc:"A note."`
}

type Window struct {
	Side  string `pulumi:"side" format:"label" doc:"Where."`
	Panes int    `pulumi:"panes,optional" min:"1" max:"9" default:"2" doc:"How many."`
	Frame *Door  `pulumi:"frame,optional" default:"width: 3m" doc:"Around it."`
}

type Paint struct {
	Colour Colour `pulumi:"colour,optional" default:"red" prod:"green" doc:"What it looks like."`
}

type House struct {
	Storeys int               `pulumi:"storeys,optional" min:"1" max:"9" sizes:"1 2 4" prod:">=2" doc:"How many."`
	Front   *Door             `pulumi:"front,optional" default:"width: 4m" sizes:"height: 5m 6m 7m" prod:"width: 8m" doc:"To the street."`
	Back    Door              `pulumi:"back,optional" doc:"To the garden."`
	Lock    *Lock             `pulumi:"lock,optional" doc:"Of the front." rule:"must be given at night"`
	Windows []Window          `pulumi:"windows,optional" doc:"All of them."`
	Names   []string          `pulumi:"names,optional" format:"label" doc:"Of who lives there."`
	Labels  map[string]string `pulumi:"labels,optional" keys:"labelKey" format:"labelValue" doc:"Notes." see:"https://example.com"`
	Empty   bool              `pulumi:"empty,optional" doc:"Whether nobody does."`
	Cellar  any               `pulumi:"cellar,optional" doc:"Made elsewhere."`
	Paint
	hidden string `pulumi:"hidden,optional"`
}

func filled(prod bool, size int) *House {
	h := &House{}
	spec.Fill(h, spec.Environment{Prod: prod, Size: size})
	return h
}

func TestDefaultsFollowProfileAndSize(t *testing.T) {
	for _, c := range []struct {
		claim string
		got   *House
		want  House
	}{
		{"the smallest", filled(false, 0), House{Storeys: 1, Front: &Door{"4m", "5m"}, Back: Door{Width: "2m"}, Paint: Paint{"red"}}},
		{"a larger one", filled(false, 2), House{Storeys: 4, Front: &Door{"4m", "7m"}, Back: Door{Width: "2m"}, Paint: Paint{"red"}}},
		{"prod raises what is smaller", filled(true, 0), House{Storeys: 2, Front: &Door{"8m", "5m"}, Back: Door{Width: "2m"}, Paint: Paint{"green"}}},
		{"and leaves what is larger", filled(true, 2), House{Storeys: 4, Front: &Door{"8m", "7m"}, Back: Door{Width: "2m"}, Paint: Paint{"green"}}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if !reflect.DeepEqual(*c.got, c.want) {
				t.Errorf("it is\n%+v %+v\nwant\n%+v %+v", *c.got, c.got.Front, c.want, c.want.Front)
			}
		})
	}
}

func TestWhatIsThereIsKeptAndItsOwnersIsNotChanged(t *testing.T) {
	door, windows := &Door{Height: "9m"}, []Window{{Side: "east"}, {Side: "west", Panes: 4, Frame: &Door{Width: "1m"}}}
	h := House{Storeys: 7, Front: door, Windows: windows, Lock: &Lock{}}
	spec.Fill(&h, spec.Environment{Prod: true})
	if want := (Door{"8m", "9m"}); h.Storeys != 7 || *h.Front != want {
		t.Errorf("%d storeys and %+v, want 7 and %+v", h.Storeys, *h.Front, want)
	}
	if h.Windows[0].Panes != 2 || h.Windows[0].Frame.Width != "3m" || h.Windows[1].Panes != 4 || h.Windows[1].Frame.Width != "1m" {
		t.Errorf("windows are %+v", h.Windows)
	}
	if h.Lock == nil || *h.Lock != (Lock{}) {
		t.Errorf("the lock is %+v", h.Lock)
	}
	if *door != (Door{Height: "9m"}) || windows[0].Panes != 0 || windows[0].Frame != nil || *windows[1].Frame != (Door{Width: "1m"}) {
		t.Errorf("the owner's are %+v and %+v now", *door, windows)
	}
}

func TestWhatNamesSomethingIsNotMadeUp(t *testing.T) {
	if lock := filled(true, 0).Lock; lock != nil {
		t.Errorf("there is a lock, %+v", *lock)
	}
	type Room struct {
		House *struct {
			Made any `pulumi:"made,optional"`
		} `pulumi:"house,optional"`
	}
	r := Room{}
	if spec.Fill(&r, spec.Environment{}); r.House != nil {
		t.Error("something is made elsewhere that nobody named")
	}
}

func TestGivenIsWhatIsNotEmpty(t *testing.T) {
	for _, c := range []struct {
		claim string
		house House
		want  []string
	}{
		{"nothing", House{}, nil},
		{"structs with nothing in them", House{Front: &Door{}, hidden: "x"}, nil},
		{"a name that was forgotten", House{Lock: &Lock{}}, []string{"lock"}},
		{"a list with nothing in it", House{Names: []string{}}, []string{"names"}},
		{"what is further inside", House{Front: &Door{Width: "1m"}, Back: Door{Height: "1m"}, Paint: Paint{"red"}}, []string{
			"back", "back.height", "colour", "front", "front.width",
		}},
		{"items", House{Windows: []Window{{}, {Side: "a", Frame: &Door{Width: "1m"}}}}, []string{
			"windows", "windows[1].frame", "windows[1].frame.width", "windows[1].side",
		}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := slices.Sorted(maps.Keys(spec.Given(&c.house))); !slices.Equal(got, c.want) {
				t.Errorf("given are %q, want %q", got, c.want)
			}
		})
	}
}

// refused completes a house as package settings does, and gives what is wrong with it.
func refused(h *House) (lines []string) {
	given, broken, found := spec.Given(h), map[string]bool{}, &spec.Problems{}
	spec.Fill(h, spec.Environment{})
	spec.CheckValues(h, given, broken, found)
	look := spec.NewLook(given, broken, found)
	spec.Settle(h, look)
	spec.CheckRules(h, look)
	for _, problem := range spec.ProblemsOf(found.Err()) {
		lines = append(lines, problem.Error())
	}
	return lines
}

func TestEachValueIsHeldToItsTagsAndRulesOnlyToWhatIsSound(t *testing.T) {
	for _, c := range []struct {
		claim string
		house House
		want  []string
	}{
		{"nothing", House{}, nil},
		{"everything", House{
			Storeys: 9, Front: &Door{"1m", "9m"}, Lock: &Lock{Key: "a"}, Windows: []Window{{Side: "a", Panes: 1}},
			Names: []string{"a"}, Labels: map[string]string{"a/b": "c"}, Paint: Paint{"green"},
		}, nil},
		{"a number that is too large", House{Storeys: 10}, []string{"storeys: 10: must be between 1 and 9"}},
		{"a choice that there is not", House{Paint: Paint{"blue"}}, []string{"colour: blue: must be red or green"}},
		{"amounts", House{Back: Door{"wide", "10m"}}, []string{
			"back.height: 10m: must be between 1m and 9m", "back.width: wide: must be a length such as 3m",
		}},
		{"items", House{Names: []string{"a", "B"}, Windows: []Window{{Panes: 1}, {Side: "a", Panes: -1}}}, []string{
			"names[1]: B: must be a DNS label: at most 63 lower-case letters, digits and -",
			"windows[0].side: not set: must be given", "windows[1].panes: -1: must be between 1 and 9",
		}},
		{"entries", House{Labels: map[string]string{"a b": "c", "d": "e f"}}, []string{
			`labels["a b"]: [not shown]: must be the key of a label: a name of at most 63 characters, with a DNS name and / in front if any`,
			`labels["d"]: e f: must be the value of a label: at most 63 letters, digits, -, _ and .`,
		}},
		{"a lock without its key", House{Lock: &Lock{Note: "x"}}, []string{"lock.key: not set: must be given"}},
		{"a lock without anything", House{Lock: &Lock{}}, []string{"lock.key: not set: must be given"}},
		{"a rule, with a default", House{Back: Door{Height: "2m"}}, []string{"back.height: 2m: must not be the width"}},
		{"a rule in an item", House{Windows: []Window{{Side: "a", Frame: &Door{Height: "3m"}}}}, []string{
			"windows[0].frame.height: 3m: must not be the width",
		}},
		{"no rule of what is not sound", House{Back: Door{"20m", "20m"}}, []string{
			"back.height: 20m: must be between 1m and 9m", "back.width: 20m: must be between 1m and 9m",
		}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := refused(&c.house); !slices.Equal(got, c.want) {
				t.Errorf("refused with\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestWhatNobodyWroteGivesWay(t *testing.T) {
	h := &House{Back: Door{Width: "5m"}}
	if lines := refused(h); len(lines) != 0 || h.Back.Height != "5m" {
		t.Errorf("the height is %s, refused with %v", h.Back.Height, lines)
	}
	h = &House{Back: Door{Width: "5m", Height: "6m"}}
	if refused(h); h.Back.Height != "6m" {
		t.Errorf("the height that was written is %s", h.Back.Height)
	}
}

func TestAProblemIsReportedOnceInTheOrderOfPaths(t *testing.T) {
	found := &spec.Problems{Secret: map[string]bool{"b": true}}
	found.Add("b.x", "hunter2", "must be short")
	found.Add("a", "1", "must be 2")
	found.Add("a", "1", "must be 2")
	if got, want := found.Err().Error(), "a: 1: must be 2\nb.x: [secret]: must be short"; got != want {
		t.Errorf("reported is\n%s\nwant\n%s", got, want)
	}
	if err := (&spec.Problems{}).Err(); err != nil {
		t.Errorf("nothing is wrong, and reported is %v", err)
	}
}

func TestADescriptionSaysWhatTheTagsDo(t *testing.T) {
	got := map[string]spec.Described{}
	var walk func([]spec.Described)
	walk = func(all []spec.Described) {
		for _, d := range all {
			got[d.Path] = d
			walk(d.Inner)
		}
	}
	walk(spec.Describe(filled(false, 0), filled(true, 0)))
	type said struct {
		kind      spec.Kind
		inGo      string
		dev, prod any
		rules     []string
	}
	const form, bounds = "must be a length such as 3m", "must be between 1m and 9m"
	for path, want := range map[string]said{
		"storeys":         {spec.Whole, "Storeys", 1, 2, []string{"must be between 1 and 9"}},
		"front":           {spec.Object, "Front", nil, nil, nil},
		"front.width":     {spec.DataAmount, "Width", "4m", "8m", []string{form, bounds}},
		"lock":            {spec.Object, "Lock", nil, nil, []string{"must be given at night"}},
		"lock.key":        {spec.Text, "Key", nil, nil, []string{"must be a DNS label: at most 63 lower-case letters, digits and -", "must be given"}},
		"windows[].panes": {spec.Whole, "Panes", 2, 2, []string{"must be between 1 and 9"}},
		"names":           {spec.List, "Names", []any{}, []any{}, []string{"each value must be a DNS label: at most 63 lower-case letters, digits and -"}},
		"empty":           {spec.Flag, "Empty", false, false, nil},
		"cellar":          {"", "Cellar", nil, nil, nil},
		"colour":          {spec.Text, "Paint.Colour", "red", "green", nil},
	} {
		d := got[path]
		if is := (said{d.Kind, d.Go, d.Dev, d.Prod, d.Rules}); !reflect.DeepEqual(is, want) {
			t.Errorf("%s is described as\n%+v\nwant\n%+v", path, is, want)
		}
	}
	if _, has := got["hidden"]; has {
		t.Error("what nobody can write is described")
	}
	if d := got["labels"]; d.Kind != spec.Map || d.See != "https://example.com" || d.Doc != "Notes." || len(d.Rules) != 2 {
		t.Errorf("labels are described as %+v", d)
	}
	if !got["lock.key"].Required || got["colour"].Shared() != nil || got["windows[].panes"].Shared() != 2 {
		t.Error("what must be given, or has one default, is not said")
	}
	if !slices.Equal(got["colour"].Choices, []string{"red", "green"}) {
		t.Errorf("colours are %v", got["colour"].Choices)
	}
}
