package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// Extra is what the collector is to have beside what there are settings for.
type Extra struct {
	Configuration string          `json:"configuration,omitempty" pulumi:"configuration,optional" format:"notEmpty" doc:"Receivers, processors, exporters, connectors, extensions and pipelines, as YAML of the Collector's own. They are added to what is there, and nothing of that can be changed or taken away. In a pipeline that is there, names come behind its own. It is stored in a ConfigMap, in plain: a secret is ${env:NAME}, with NAME from environment. Before pods are changed, a Job lets the Collector itself check the whole file. docs/gateway.md has the whole way." rule:"must be YAML with nothing but receivers, processors, exporters, connectors, extensions, service.pipelines and service.extensions; must not name what is there already; must not sample by trace; must not hold a secret; must have each ${env:NAME} in environment" see:"https://opentelemetry.io/docs/collector/configuration/"`
	Environment   []ExtraVariable `json:"environment,omitempty" pulumi:"environment,optional" doc:"Variables of the collector, each with an entry of an existing Secret. A change of the Secret alone changes no pod: they read it when they start." rule:"must not be given without configuration"`
	Ports         []ExtraPort     `json:"ports,omitempty" pulumi:"ports,optional" doc:"Ports on which receivers of it listen by TCP. The collector's Services have them too." rule:"must not be given without configuration"`
}

// ExtraVariable is an environment variable.
type ExtraVariable struct {
	Name   string `json:"name" pulumi:"name" format:"variable" doc:"Its name." rule:"must be named once; must not be one that the program sets"`
	Secret string `json:"secret" pulumi:"secret" format:"secret" doc:"The Secret, in the collector's namespace."`
	Key    string `json:"key" pulumi:"key" format:"secretKey" doc:"The entry that has the value."`
}

// ExtraPort is a port of the collector.
type ExtraPort struct {
	Name string `json:"name" pulumi:"name" format:"portName" doc:"Its name in the Services." rule:"must be named once; must not be one of the collector's own"`
	Port int    `json:"port" pulumi:"port" min:"1" max:"65535" doc:"Its number." rule:"must be named once; must not be one of the collector's own"`
}

// Rules across the fields.
func (e *Extra) Rules(l spec.Look) {
	if !l.Given("configuration") {
		for _, name := range []string{"environment", "ports"} {
			if l.GivenSound(name) {
				l.Refuse(name, spec.NotShown, "must not be given without configuration")
			}
		}
	} else if l.Sound("configuration") {
		e.checkConfiguration(l)
	}
	e.checkEnvironment(l)
	e.checkPorts(l)
}

// setAlreadyInPods are variables that the program sets.
var setAlreadyInPods = []string{"GOMEMLIMIT"}

func (e *Extra) checkEnvironment(l spec.Look) {
	for i, one := range e.Environment {
		same := func(other ExtraVariable) bool { return other.Name == one.Name }
		at := fmt.Sprintf("environment[%d].name", i)
		switch {
		case !l.Sound(at):
		case slices.Contains(setAlreadyInPods, one.Name):
			l.Refuse(at, one.Name, "must not be one that the program sets")
		case slices.ContainsFunc(e.Environment[:i], same):
			l.Refuse(at, one.Name, "must be named once")
		}
	}
}

func (e *Extra) checkPorts(l spec.Look) {
	check := func(at, value string, own, twice bool) {
		switch {
		case !l.Sound(at):
		case own:
			l.Refuse(at, value, "must not be one of the collector's own")
		case twice:
			l.Refuse(at, value, "must be named once")
		}
	}
	for i, one := range e.Ports {
		at := fmt.Sprintf("ports[%d].", i)
		check(at+"name", one.Name,
			slices.ContainsFunc(naming.CollectorPorts, func(p naming.Port) bool { return p.Name() == one.Name }),
			slices.ContainsFunc(e.Ports[:i], func(other ExtraPort) bool { return other.Name == one.Name }))
		check(at+"port", fmt.Sprint(one.Port), slices.Contains(naming.CollectorPorts, naming.Port(one.Port)),
			slices.ContainsFunc(e.Ports[:i], func(other ExtraPort) bool { return other.Port == one.Port }))
	}
}

// Parsed is the configuration as maps, lists and values; nil where there is none.
func (e *Extra) Parsed() (map[string]any, error) {
	var parsed map[string]any
	err := yaml.Unmarshal([]byte(e.Configuration), &parsed)
	return parsed, err
}

// checkConfiguration names what is wrong by its place inside.
func (e *Extra) checkConfiguration(l spec.Look) {
	parsed, err := e.Parsed()
	if err != nil || len(parsed) == 0 {
		rule := "must be an object in YAML"
		if err != nil {
			rule += ": " + spec.OnOneLine(err.Error())
		}
		l.Refuse("configuration", spec.NotShown, rule)
		return
	}
	refuse := func(path, rule string) { l.Refuse("configuration", path, rule) }
	for _, section := range slices.Sorted(maps.Keys(parsed)) {
		inside, isObject := parsed[section].(map[string]any)
		switch {
		case section != "service" && naming.CollectorParts[section] == nil:
			refuse(section, "must not be given: only "+strings.Join(slices.Sorted(maps.Keys(naming.CollectorParts)), ", ")+" and service")
		case !isObject:
			refuse(section, "must be an object")
		case section == "service":
			checkService(inside, refuse)
		default:
			checkParts(section, inside, refuse)
		}
	}
	checkSecrets("", parsed, refuse)
	e.checkVariables(refuse)
}

// wholeTraces are processors that must see all spans of a trace.
var wholeTraces = []string{"tail_sampling", "groupbytrace"}

func checkParts(section string, parts map[string]any, refuse func(path, rule string)) {
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		kind, _, _ := strings.Cut(name, "/")
		if slices.Contains(naming.CollectorParts[section], name) {
			refuse(section+"."+name, "must not be one of the collector's own; give another a name behind it, such as "+kind+"/other")
		} else if section == "processors" && slices.Contains(wholeTraces, kind) {
			refuse(section+"."+name, "must not be given: each pod has a part of a trace only; collector.sampling has samplers that get all of it")
		}
	}
}

func checkService(service map[string]any, refuse func(path, rule string)) {
	for _, key := range slices.Sorted(maps.Keys(service)) {
		switch key {
		case "extensions":
			checkNames("service.extensions", service[key], naming.CollectorParts["extensions"], refuse)
		case "pipelines":
			pipelines, isObject := service[key].(map[string]any)
			if !isObject {
				refuse("service.pipelines", "must be an object")
			}
			for _, name := range slices.Sorted(maps.Keys(pipelines)) {
				checkPipeline("service.pipelines."+name, pipelines[name], slices.Contains(naming.CollectorPipelines, name), refuse)
			}
		default:
			refuse("service."+key, "must not be given: only service.extensions and service.pipelines")
		}
	}
}

// checkPipeline lets a pipeline of its own have the collector's parts; the collector's has them already.
func checkPipeline(path string, value any, there bool, refuse func(path, rule string)) {
	pipeline, isObject := value.(map[string]any)
	if !isObject {
		refuse(path, "must be an object")
	}
	for _, key := range slices.Sorted(maps.Keys(pipeline)) {
		var own []string
		if there {
			own = naming.CollectorParts[key]
		}
		if key != "receivers" && key != "processors" && key != "exporters" {
			refuse(path+"."+key, "must not be given: only receivers, processors and exporters")
			continue
		}
		checkNames(path+"."+key, pipeline[key], own, refuse)
	}
}

func checkNames(path string, value any, own []string, refuse func(path, rule string)) {
	names, isList := value.([]any)
	if !isList {
		refuse(path, "must be a list")
	}
	for _, one := range names {
		name, isText := one.(string)
		if !isText {
			refuse(path, "must be a list of names")
		} else if slices.Contains(own, name) {
			refuse(path, "must not name "+name+", which is there already")
		}
	}
}

// secretKey is what parts call what nobody is to see.
var secretKey = regexp.MustCompile(`(?i)(^|[_.-])(password|passwd|token|secret|api[_-]?key|apikey|authorization|access[_-]?key|private[_-]?key|client[_-]?secret|key[_-]?pem)$`)

// checkSecrets finds values in plain by the name of their key.
func checkSecrets(path string, value any, refuse func(path, rule string)) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below := spec.Below(path, key)
			if text, isText := v[key].(string); isText && text != "" && secretKey.MatchString(key) && !strings.Contains(text, "${") {
				refuse(below, "must be ${env:NAME}, with NAME in environment: everybody who may read ConfigMaps sees it")
				continue
			}
			checkSecrets(below, v[key], refuse)
		}
	case []any:
		for i, one := range v {
			checkSecrets(fmt.Sprintf("%s[%d]", path, i), one, refuse)
		}
	}
}

// variable is a reference that has no value of its own. Two dollars are one that stands for itself.
var variable = regexp.MustCompile(`\$\$|\$\{env:([^:}]*)\}`)

// checkVariables refuses what the Collector would take for an empty text.
func (e *Extra) checkVariables(refuse func(path, rule string)) {
	var missing []string
	for _, match := range variable.FindAllStringSubmatch(e.Configuration, -1) {
		named := func(v ExtraVariable) bool { return v.Name == match[1] }
		if match[0] != "$$" && !slices.ContainsFunc(e.Environment, named) && !slices.Contains(missing, match[0]) {
			missing = append(missing, match[0])
		}
	}
	for _, one := range missing {
		refuse(one, "must be in environment, with a Secret and an entry of it")
	}
}
