package naming_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/naming"
)

func TestADatasourcesUIDIsTheComponentsOwnAndNeverTooLongForGrafana(t *testing.T) {
	if got := naming.DatasourceUID("tempo"); got != "tracestack-tempo" {
		t.Errorf("the usual Tempo is %s", got)
	}
	long, other := strings.Repeat("a", 40), strings.Repeat("a", 39)+"b"
	for _, name := range []string{"blocks", long, other} {
		if uid := naming.DatasourceUID(name); len(uid) > 40 || uid == naming.DatasourceUID("tempo") {
			t.Errorf("%s is %s", name, uid)
		}
	}
	if naming.DatasourceUID(long) == naming.DatasourceUID(other) {
		t.Error("two long names are one UID")
	}
}

func TestAnObjectsNameIsMadeOfAnyUID(t *testing.T) {
	seen := map[string]string{}
	for _, uid := range []string{"tracestack-tempo", "my_tempo", "my-tempo", "My-Tempo", "_", "-a"} {
		name := naming.Object(uid)
		if !naming.IsSubdomain(name) {
			t.Errorf("%s becomes %s, which no object can have", uid, name)
		}
		if other, twice := seen[name]; twice && !strings.EqualFold(uid, other) {
			t.Errorf("%s and %s both become %s", uid, other, name)
		}
		seen[name] = uid
	}
	if got := naming.Object("tracestack-tempo"); got != "tracestack-tempo" {
		t.Errorf("a UID that is a name becomes %s", got)
	}
}

func TestAStacksUserOnMinioFitsWhateverTheStackIsCalled(t *testing.T) {
	if got := naming.MinioUser("tracestack", "dev", "tempo"); got != "tracestack-dev-tempo" {
		t.Errorf("the user is %s", got)
	}
	one, two := naming.MinioUser("tracestack", strings.Repeat("s", 90), "tempo"), naming.MinioUser("tracestack", strings.Repeat("s", 90), "other")
	if len(one) > 87 || one == two {
		t.Errorf("long names become %s and %s", one, two)
	}
}
