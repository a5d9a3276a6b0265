# An application without OpenTelemetry in its code: it asks the address that it is given.
import sys
import urllib.request

urllib.request.urlopen(sys.argv[1]).read()
