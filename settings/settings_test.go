package settings_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// One name is read from a stack file and from JSON, and is what a component records.
func TestASettingHasOneName(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			field, ok := node.(*ast.Field)
			if !ok || field.Tag == nil {
				return true
			}
			text, err := strconv.Unquote(field.Tag.Value)
			if err != nil {
				t.Fatal(err)
			}
			tag := reflect.StructTag(text)
			inJSON, emptyLeftOut, _ := strings.Cut(tag.Get("json"), ",")
			inPulumi, optional, _ := strings.Cut(tag.Get("pulumi"), ",")
			if inJSON == "" || inJSON != inPulumi {
				t.Errorf("%s: %v is %q in JSON and %q for Pulumi", file, field.Names, inJSON, inPulumi)
			}
			if (emptyLeftOut == "omitempty") != (optional == "optional") {
				t.Errorf("%s: %v may be left out in one of them alone", file, field.Names)
			}
			named++
			return true
		})
	}
	if named < 50 {
		t.Errorf("only %d settings were looked at", named)
	}
}
