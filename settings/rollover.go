package settings

import "github.com/tracestack/tracestack/internal/spec"

// Rollover says when a search store begins the next indices, instead of each day.
type Rollover struct {
	MaxAge          Duration `json:"maxAge,omitempty" pulumi:"maxAge,optional" min:"1h" max:"365d" default:"1d" doc:"How old an index may be when the next begins. It is looked at every ten minutes." rule:"must not be given with lifecyclePolicy"`
	MaxSize         Data     `json:"maxSize,omitempty" pulumi:"maxSize,optional" min:"1Gi" max:"10000Gi" default:"50Gi" doc:"How large all shards of an index may be together, without their copies." rule:"must not be given with lifecyclePolicy"`
	LifecyclePolicy string   `json:"lifecyclePolicy,omitempty" pulumi:"lifecyclePolicy,optional" format:"lifecyclePolicy" doc:"Name of a policy of Elasticsearch's index lifecycle management (ILM), which must be there. The store then begins and deletes indices by it, and no CronJob is made." rule:"must not be given with storage opensearch, or with an archive" see:"https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management"`
}

// Read is what Jaeger and its tools read of it.
func (s SearchStore) Read() SearchStore {
	switch policy := s.Lifecycle(); {
	case policy != "":
		s.Rollover, s.Retention, s.KeepIndices = &Rollover{LifecyclePolicy: policy}, "", false
	case !s.RolledOver():
		s.Rollover = nil
	}
	return s
}

// RolledOver says whether the next indices begin by age and size.
func (s *SearchStore) RolledOver() bool { return s.Rotation == RotationRollover }

// Lifecycle is the policy by which the store itself begins and deletes indices; empty: there is none.
func (s *SearchStore) Lifecycle() string {
	if !s.RolledOver() || s.Rollover == nil {
		return ""
	}
	return s.Rollover.LifecyclePolicy
}

// RolloverDays are the days, rounded up, that an index is written to.
func (s *SearchStore) RolloverDays() int {
	if !s.RolledOver() {
		return 0
	}
	return (amount(s.Rollover.MaxAge) + day - 1) / day
}

// Rules across the fields.
func (r *Rollover) Rules(l spec.Look) {
	if !l.GivenSound("lifecyclePolicy") {
		return
	}
	for _, name := range []string{"maxAge", "maxSize"} {
		if l.GivenSound(name) {
			l.Refuse(name, spec.NotShown, "must not be given with lifecyclePolicy: the policy says it")
		}
	}
}

// checkRollover refuses what does not go together with the rotation.
func (s *SearchStore) checkRollover(l spec.Look) {
	if !l.Sound("rotation") {
		return
	}
	if !s.RolledOver() {
		for _, name := range []string{"maxAge", "maxSize", "lifecyclePolicy"} {
			if rollover := l.In("rollover"); rollover.GivenSound(name) {
				rollover.Refuse(name, spec.NotShown, "must not be given: only rotation rollover reads it")
			}
		}
		return
	}
	if l.GivenSound("apiKeySecret") {
		l.Refuse("rotation", string(s.Rotation), "must not be rollover with apiKeySecret: Jaeger's tool for it knows user and password alone")
	}
	if !l.In("rollover").GivenSound("lifecyclePolicy") {
		return
	}
	for _, name := range []string{"retention", "keepIndices"} {
		if l.GivenSound(name) {
			l.Refuse(name, spec.NotShown, "must not be given with rollover.lifecyclePolicy: the policy says it")
		}
	}
}

// CheckLifecycle refuses a policy where there is none, or where it would delete what is kept for good.
func (s *SearchStore) CheckLifecycle(l spec.Look, engine SearchEngine, archive bool) {
	if s.Lifecycle() == "" || !l.Sound("rotation", "rollover.lifecyclePolicy") {
		return
	}
	refuse := func(why string) { l.Refuse("rollover.lifecyclePolicy", spec.NotShown, "must not be given with "+why) }
	if engine == EngineOpenSearch {
		refuse("storage opensearch: it has no ILM")
	}
	if archive {
		refuse("jaeger.ui.archive: the policy would hold for the archive too")
	}
}
