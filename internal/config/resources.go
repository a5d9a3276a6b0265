package config

import "github.com/tracestack/tracestack/internal/sizes"

const (
	ofCollector = "tracestack:collector.resources"
	ofJaeger    = "tracestack:jaeger.resources"
	ofTempo     = "tracestack:tempo.resources"
)

// settle lets what nobody wrote give way to what somebody did: requests to a limit, a burst to a rate.
func (c *Config) settle() {
	if !c.set[tempoBurst] {
		c.Tempo.Limits.Burst = max(c.Tempo.Limits.Burst, c.Tempo.Limits.Rate)
	}
	for path, r := range map[string]*Resources{
		ofCollector: &c.Collector.Resources, ofJaeger: &c.Jaeger.Resources, ofTempo: &c.Tempo.Resources,
	} {
		if !c.set[path+".requests.cpu"] {
			r.Requests.CPU = min(r.Requests.CPU, r.Limits.CPU)
		}
		if !c.set[path+".requests.memory"] {
			r.Requests.Memory = min(r.Requests.Memory, r.Limits.Memory)
		}
	}
}

// validateResources holds each request against its limit. Where only one of the two was written,
// the other is the size's.
func (c Config) validateResources(found *problems) {
	least, why := Mebibytes(sizes.CollectorMemory(1)/sizes.Mebibyte), "its queue must hold what comes at once"
	if c.Mirror.Backend != "" {
		least, why = 2*least, "with a mirror it has two queues, and each must hold what comes at once"
	}
	c.validateRequests(found, ofCollector, c.Collector.Resources, least, why)
	c.validateRequests(found, ofJaeger, c.Jaeger.Resources, 128, "the process alone takes it")
	c.validateRequests(found, ofTempo, c.Tempo.Resources, 256, "the process alone takes it")
}

func (c Config) validateRequests(found *problems, path string, r Resources, least Mebibytes, why string) {
	requestCPU, requestMemory := path+".requests.cpu", path+".requests.memory"
	limitCPU, limitMemory := path+".limits.cpu", path+".limits.memory"
	if c.set[requestCPU] && c.sound(requestCPU, limitCPU) && r.Requests.CPU > r.Limits.CPU {
		found.add(requestCPU, r.Requests.CPU.String(), "must not be more than the limit, "+r.Limits.CPU.String())
	}
	if c.set[requestMemory] && c.sound(requestMemory, limitMemory) && r.Requests.Memory > r.Limits.Memory {
		rule := "must not be more than the limit, " + r.Limits.Memory.String()
		if r.Limits.Memory == 0 {
			rule = "must be given with limits.memory: without it both follow maxTraces"
		}
		found.add(requestMemory, r.Requests.Memory.String(), rule)
	}
	if c.set[limitMemory] && c.sound(limitMemory) && r.Limits.Memory < least {
		found.add(limitMemory, r.Limits.Memory.String(), "must be at least "+least.String()+": "+why)
	}
}
