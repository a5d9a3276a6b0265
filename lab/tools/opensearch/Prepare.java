import java.nio.file.Files;
import java.nio.file.Path;
import org.opensearch.common.settings.KeyStoreWrapper;

// Makes what the server wants to find in its folder beside jars and plugins. It would make the keystore itself, in a
// folder that a pod may not write to.
class Prepare {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        for (String empty : new String[] {"bin", "extensions", "modules", "config"}) {
            Files.createDirectories(home.resolve(empty));
        }
        KeyStoreWrapper.create().save(home.resolve("config"), new char[0]);
    }
}
