import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

// Compiles what starts the server. A pod has no compiler.
class Prepare {
    public static void main(String[] args) throws Exception {
        Path classes = Files.createDirectories(Path.of(args[0], "classes"));
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null,
            "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString(), "Start.java");
        if (result != 0) {
            throw new IllegalStateException("Start.java does not compile");
        }
    }
}
