package jaeger

import (
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
)

// SamplingFile is where the strategies are in the pod.
const SamplingFile = "/etc/tracestack-sampling/sampling.json"

// Sampling is how SDKs are told which traces they begin: by one of the two.
type Sampling struct {
	Strategies *Strategies
	Adaptive   *Adaptive
}

// Strategies are written down.
type Strategies struct {
	Default  Strategy   `json:"default_strategy"`
	Services []Strategy `json:"service_strategies,omitempty"`
}

// Strategy is how one service, or one operation of it, begins traces.
type Strategy struct {
	Service    string     `json:"service,omitempty"`
	Operation  string     `json:"operation,omitempty"`
	Type       string     `json:"type"`
	Param      float64    `json:"param"`
	Operations []Strategy `json:"operation_strategies,omitempty"`
}

// Probabilistic begins a part of the traces.
func (s Strategy) Probabilistic(part float64) Strategy {
	s.Type, s.Param = "probabilistic", part
	return s
}

// RateLimiting begins so many in a second.
func (s Strategy) RateLimiting(rate int) Strategy {
	s.Type, s.Param = "ratelimiting", float64(rate)
	return s
}

// Adaptive is what Jaeger aims at.
type Adaptive struct {
	TracesPerSecond    int
	InitialProbability float64
	MinProbability     float64
}

// Render gives the strategies' file.
func (s Strategies) Render() (render.File, error) { return render.JSON("sampling.json", s) }

// into lets whoever takes spans answer SDKs too.
func (s *Sampling) into(f file) file {
	if s == nil {
		return f
	}
	f.Extensions.Sampling = &remoteSampling{
		HTTP: render.Endpoint{Endpoint: naming.Listen(naming.SamplingHTTP)},
		GRPC: render.Endpoint{Endpoint: naming.Listen(naming.SamplingGRPC)},
	}
	f.Service.Extensions = append(f.Service.Extensions, "remote_sampling")
	if f.Extensions.Storage == nil {
		// Jaeger does not start it without one. Nothing is kept there.
		f.Extensions.Storage = &storage{Backends: map[string]backend{"unused": {Memory: &memory{MaxTraces: 1}}}}
		f.Service.Extensions = append([]string{"jaeger_storage"}, f.Service.Extensions...)
	}
	if s.Adaptive == nil {
		f.Extensions.Sampling.File = &strategiesFile{Path: SamplingFile}
		return f
	}
	f.Extensions.Sampling.Adaptive = &adaptiveSampling{
		Store: storageName, Target: s.Adaptive.TracesPerSecond,
		Initial: s.Adaptive.InitialProbability, Least: s.Adaptive.MinProbability,
	}
	// It counts what comes.
	f.Processors.Adaptive = &struct{}{}
	traces := f.Service.Pipelines["traces"]
	traces.Processors = f.Processors.names()
	f.Service.Pipelines["traces"] = traces
	return f
}

type remoteSampling struct {
	File     *strategiesFile   `yaml:"file,omitempty"`
	Adaptive *adaptiveSampling `yaml:"adaptive,omitempty"`
	HTTP     render.Endpoint   `yaml:"http"`
	GRPC     render.Endpoint   `yaml:"grpc"`
}

type strategiesFile struct {
	Path string `yaml:"path"`
}

type adaptiveSampling struct {
	Store   string  `yaml:"sampling_store"`
	Target  int     `yaml:"target_samples_per_second"`
	Initial float64 `yaml:"initial_sampling_probability"`
	Least   float64 `yaml:"min_sampling_probability"`
}
