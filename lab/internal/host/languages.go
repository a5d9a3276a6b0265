package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// languages are the programs with which the tests run applications on the machine, and the Debian package that
// has each. Python's own package lacks what makes its environments.
var languages = []struct{ program, debian string }{
	{"python3", "python3-venv"},
	{"node", "nodejs"},
	{"npm", "npm"},
	{"javac", jdkPackage},
}

func (m machine) missingLanguages() (programs, packages []string) {
	for _, l := range languages {
		_, err := m.lookPath(l.program)
		if err == nil && l.program == "python3" && !m.hasVenv() {
			err = fmt.Errorf("%s has no ensurepip", l.program)
		}
		if err != nil {
			programs, packages = append(programs, l.program), append(packages, l.debian)
		}
	}
	return programs, packages
}

// hasVenv tells whether Debian's Python makes environments with pip in them.
func (m machine) hasVenv() bool {
	for minor := 9; minor < 30; minor++ {
		if m.exists(fmt.Sprintf("/usr/lib/python3.%d/ensurepip/__init__.py", minor)) {
			return true
		}
	}
	return false
}

func speaks(_ context.Context, m machine, o Options) error {
	programs, packages := m.missingLanguages()
	if !o.Languages || len(programs) == 0 {
		return nil
	}
	if i := slices.Index(packages, "python3-venv"); i >= 0 {
		programs[i] = "python3 with venv"
	}
	return fmt.Errorf("the tests' applications need %s; %s", strings.Join(programs, ", "), m.remedy(o))
}
