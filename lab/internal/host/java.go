package host

import (
	"context"
	"fmt"
	"strings"
)

// JavaVersion is the one that the lab's Java servers run on: all of them do, without a change.
const JavaVersion = "17"

const (
	jdkPackage   = "openjdk-" + JavaVersion + "-jdk-headless"
	mavenPackage = "maven"
)

// JDK is the folder of the machine's Java development kit of that version; empty where there is none.
func JDK() string { return thisMachine().jdk() }

func (m machine) jdk() string {
	// Debian's and Ubuntu's package has its folder whatever else PATH leads to.
	for _, dir := range []string{"/usr/lib/jvm/java-" + JavaVersion + "-openjdk-" + m.arch, m.getenv("JAVA_HOME")} {
		if dir != "" && strings.Contains(m.readFile(dir+"/release"), `JAVA_VERSION="`+JavaVersion+`.`) && m.exists(dir+"/bin/javac") {
			return dir
		}
	}
	return ""
}

func (m machine) missingJava() (packages []string) {
	if m.jdk() == "" {
		packages = append(packages, jdkPackage)
	}
	if _, err := m.lookPath("mvn"); err != nil {
		packages = append(packages, mavenPackage)
	}
	return packages
}

func java(_ context.Context, m machine, o Options) error {
	if !o.Java || len(m.missingJava()) == 0 {
		return nil
	}
	names := strings.NewReplacer(jdkPackage, "Java development kit "+JavaVersion, mavenPackage, "mvn").Replace(strings.Join(m.missingJava(), ", "))
	return fmt.Errorf("a service asked for needs %s; %s", names, m.remedy(o))
}
