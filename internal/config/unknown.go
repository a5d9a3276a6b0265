package config

import (
	"maps"
	"slices"
	"strings"
)

// unknown says that there is no such key, and which one may have been meant.
func unknown[T any](key string, known map[string]T) string {
	const rule = "no such key"
	best, distance := "", len(key)/3+1
	// In order, so that a tie always gives the same suggestion.
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		d := editDistance(strings.ToLower(key), strings.ToLower(candidate))
		if d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return rule
	}
	return rule + "; did you mean " + best + "?"
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
