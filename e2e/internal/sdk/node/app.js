// An application without OpenTelemetry in its code: it asks the address that it is given.
require("node:http").get(process.argv[2], (answer) => answer.resume());
