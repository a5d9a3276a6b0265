package versions

import (
	"regexp"
	"strconv"
)

// TempoTagRule is what TempoMajor asks of a tag.
const TempoTagRule = "must begin with the number of a Tempo release, 2.9 or newer and below 4: it decides what the configuration looks like"

var release = regexp.MustCompile(`^v?([0-9]{1,3})\.([0-9]{1,3})([.-].*)?$`)

// TempoMajor gives the first number of the release that a tag names, and whether the program knows
// that release's configuration.
func TempoMajor(tag string) (major int, known bool) {
	match := release.FindStringSubmatch(tag)
	if match == nil {
		return 0, false
	}
	major, _ = strconv.Atoi(match[1])
	minor, _ := strconv.Atoi(match[2])
	return major, major == 2 && minor >= 9 || major == 3
}
