import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** An application without OpenTelemetry in its code: it asks the address that it is given, once or every so many seconds. */
public class App {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(args[0])).build();
    var client = HttpClient.newHttpClient();
    client.send(request, BodyHandlers.discarding());
    while (args.length > 1) {
      Thread.sleep(1000L * Integer.parseInt(args[1]));
      client.send(request, BodyHandlers.discarding());
    }
  }
}
