package config_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
)

// own are the rules of what a value is: no tag has to say them.
var own = regexp.MustCompile(`^(must be (a|an) [a-z ]+, not |must be given once|must have a value;|no such key|must be one well-formed object)`)

// refusedRules gives the rules across fields that the tables of refusals show, by the path that is refused.
func refusedRules(t *testing.T) map[string][]string {
	all := map[string][]string{}
	for _, c := range slices.Concat(refusals, ofNewKeys, ofTempo, ofGrafana, ofServer, ofSearch, ofKafka, ofBadger, ofUI, ofQueue, ofScaling, ofStores, ofApplications, ofInstrumentation, ofSampling, ofDependencies, ofSpans, ofReceiver) {
		parts := strings.SplitN(c.want, ": ", 3)
		if len(parts) != 3 {
			t.Fatalf("%q has not path, value and rule", c.want)
		}
		path := regexp.MustCompile(`\[[^]]*\]`).ReplaceAllString(parts[0], "[]")
		if rule := parts[2]; !own.MatchString(rule) && !slices.Contains(all[path], rule) {
			all[path] = append(all[path], rule)
		}
	}
	return all
}

// ruled is a field with a rule in words, wherever the struct that has it is used.
type ruled struct {
	paths, rules []string // where it is, and what is refused there
}

// The prose of a rule is held to the code: each clause of it has a refusal in the tables, which other tests
// run. A struct that is used in several places has its rules in one, so one place is enough.
func TestWhatATagSaysOfARuleIsRefused(t *testing.T) {
	refused, fields := refusedRules(t), map[reflect.StructTag]*ruled{}
	var walk func(all []spec.Described)
	walk = func(all []spec.Described) {
		for _, d := range all {
			walk(d.Inner)
			tag := d.Field.Tag
			if tag.Get("rule") == "" {
				continue
			}
			if fields[tag] == nil {
				fields[tag] = &ruled{}
			}
			fields[tag].paths = append(fields[tag].paths, d.Path)
			fields[tag].rules = append(fields[tag].rules, acrossFields(refused, d)...)
		}
	}
	walk(config.Describe())
	value := anyValue()
	for tag, field := range fields {
		clauses := strings.Split(tag.Get("rule"), ";")
		var shown []string
		for _, rule := range field.rules {
			shown = append(shown, value.ReplaceAllString(rule, "*"))
		}
		slices.Sort(shown)
		shown = slices.Compact(shown)
		if len(shown) < len(clauses) {
			t.Errorf("%v: %d clauses:\n\t%s\nbut %d refusals:\n\t%s", field.paths, len(clauses), strings.Join(clauses, "\n\t"), len(shown), strings.Join(shown, "\n\t"))
		}
		for _, clause := range clauses {
			const not = "must not "
			forbids := func(rule string) bool { return strings.HasPrefix(strings.TrimSpace(rule), not) }
			if forbids(clause) && !slices.ContainsFunc(shown, forbids) {
				t.Errorf("%v: nothing is refused because it %s", field.paths, clause)
			}
		}
	}
	if len(fields) < 40 {
		t.Errorf("only %d tags were looked at", len(fields))
	}
}

// anyValue finds amounts, and lists of choices: a rule that is refused with two of them is one rule.
func anyValue() *regexp.Regexp {
	words := []string{`[0-9]+[a-zA-Z]*`}
	var walk func(all []spec.Described)
	walk = func(all []spec.Described) {
		for _, d := range all {
			words = append(words, d.Choices...)
			walk(d.Inner)
		}
	}
	walk(config.Describe())
	word := `\b(` + strings.Join(words, "|") + `)\b`
	return regexp.MustCompile(word + `((, | or )` + word + `)*`)
}

// acrossFields are the rules that are refused at a field, or inside of it, but those that its type, its
// bounds and its format ask for: no tag has to say them.
func acrossFields(refused map[string][]string, d spec.Described) (rules []string) {
	byItself := slices.DeleteFunc(slices.Clone(d.Rules), func(rule string) bool { return rule == d.Field.Tag.Get("rule") })
	if len(d.Choices) > 0 {
		byItself = append(byItself, spec.OneOf(d.Choices))
	}
	for path, all := range refused {
		if path != d.Path && path != d.Path+"[]" && !(d.Kind == spec.Object && strings.HasPrefix(path, d.Path+".")) {
			continue
		}
		for _, rule := range all {
			if !slices.Contains(byItself, rule) {
				rules = append(rules, rule)
			}
		}
	}
	return rules
}
