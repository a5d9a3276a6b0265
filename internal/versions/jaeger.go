package versions

import "strconv"

// JaegerMinor gives the second number of the release of Jaeger 2 that a tag names; of another tag it is 0.
func JaegerMinor(tag string) int {
	match := release.FindStringSubmatch(tag)
	if match == nil || match[1] != "2" {
		return 0
	}
	minor, _ := strconv.Atoi(match[2])
	return minor
}
