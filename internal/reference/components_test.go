package reference_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/reference"
	"github.com/tracestack/tracestack/internal/spec"
)

type room struct {
	Wide bool   `pulumi:"wide,optional" doc:"Whether it is wide."`
	Wall string `pulumi:"wall" format:"label" doc:"Its wall." see:"https://example.com/wall"`
}

type house struct {
	Storeys int      `pulumi:"storeys,optional" min:"1" max:"9" default:"2" doc:"How many."`
	Rooms   []room   `pulumi:"rooms,optional" doc:"Some."`
	Names   []string `pulumi:"names,optional" doc:"Some | more." rule:"rooms.wall must be given"`
}

func tables() []reference.Table {
	filled := &house{}
	spec.Fill(filled, spec.Environment{})
	return []reference.Table{
		{Heading: "### Args of house", Fields: spec.Describe(filled, filled)},
		{Heading: "### room", Given: true, Fields: spec.Describe(&room{}, &room{})},
	}
}

const page = `# Houses

### Args of house

What stays.

| Field |
| old |

| Object | Name |
|---|---|

### room

| Field |

The end.
`

const written = `# Houses

### Args of house

What stays.

| Field | Type | Default | What it is |
|---|---|---|---|
| ` + "`Storeys` | `int` | `2`" + ` | How many. Must be between 1 and 9. |
| ` + "`Rooms` | [`[]reference_test.room`](#room)" + ` | – | Some. |
| ` + "`Names` | `[]string`" + ` | – | Some \| more. rooms.wall must be given. |

| Object | Name |
|---|---|

### room

| Field | Type | What it is |
|---|---|---|
| ` + "`Wide` | `bool`" + ` | Whether it is wide. |
| ` + "`Wall` | `string`" + ` | Its wall. Must be a DNS label: at most 63 lower-case letters, digits and -. ([upstream](https://example.com/wall)) |

The end.
`

func TestTablesTakeThePlaceOfTheirOwnAlone(t *testing.T) {
	for claim, before := range map[string]string{"of stubs": page, "of what was generated": written} {
		got, err := reference.Components([]byte(before), tables())
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != written {
			t.Errorf("in place %s there is\n%s\nwant\n%s", claim, got, written)
		}
	}
}

func TestAPageWithoutAPlaceForATableIsAnError(t *testing.T) {
	for lacking, want := range map[string]string{
		"### room":             `no section "### room"`,
		"\n| Field |\n| old |": `section "### Args of house" has no table`,
	} {
		_, err := reference.Components([]byte(strings.Replace(page, lacking, "", 1)), tables())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %q: %v, want %s", lacking, err, want)
		}
	}
}
