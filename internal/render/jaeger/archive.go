package jaeger

import "time"

// archiveName ties the query to what is kept for good.
const archiveName = "archive"

// archive is the same store with one index of spans and one of services, whose names have no day: what deletes
// by days does not see them. The query alone writes there.
func (s SearchStore) archive() *backend {
	if !s.Archive {
		return nil
	}
	made := s.store(true)
	made.UseAliases = false // It is one index, for good.
	// As far back as Jaeger itself looks where an index has no day. Before 1970 it finds nothing at all.
	made.MaxSpanAge = 50 * 365 * 24 * time.Hour
	made.Indices.Spans.DateLayout, made.Indices.Services.DateLayout = archiveName, archiveName
	kept := s.named(made)
	return &kept
}
