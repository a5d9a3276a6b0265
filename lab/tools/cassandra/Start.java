import java.util.EnumSet;
import java.util.Set;
import org.apache.cassandra.auth.AuthenticatedUser;
import org.apache.cassandra.auth.DataResource;
import org.apache.cassandra.auth.IResource;
import org.apache.cassandra.auth.IRoleManager.Option;
import org.apache.cassandra.auth.Permission;
import org.apache.cassandra.auth.RoleOptions;
import org.apache.cassandra.auth.RoleResource;
import org.apache.cassandra.config.DatabaseDescriptor;
import org.apache.cassandra.service.CassandraDaemon;
import org.apache.cassandra.service.StorageService;

// Starts Cassandra, gives its users their passwords and rights, and only then lets clients in: when the port is
// open everybody is there, and nobody ever gets in with the password that a new Cassandra has.
public class Start {
    public static void main(String[] args) throws Exception {
        CassandraDaemon.main(args);
        user("cassandra", "CASSANDRA_PASSWORD", true);
        user("jaeger", "JAEGER_PASSWORD", false);
        user("jaeger-writer", "JAEGER_WRITER_PASSWORD", false);
        // What it makes with this right it may also use, as everybody's is their own.
        allow("jaeger", EnumSet.of(Permission.CREATE), DataResource.root());
        allow("jaeger-writer", EnumSet.of(Permission.SELECT, Permission.MODIFY), DataResource.keyspace("jaeger"));
        StorageService.instance.startNativeTransport();
    }

    // Makes a user, or gives one that is there the same again.
    private static void user(String name, String variable, boolean everything) throws Exception {
        RoleOptions options = new RoleOptions();
        options.setOption(Option.LOGIN, true);
        options.setOption(Option.SUPERUSER, everything);
        options.setOption(Option.PASSWORD, System.getenv(variable));
        atLast(() -> DatabaseDescriptor.getRoleManager().createRole(AuthenticatedUser.SYSTEM_USER, RoleResource.role(name), options));
    }

    private static void allow(String name, Set<Permission> rights, IResource what) throws Exception {
        atLast(() -> DatabaseDescriptor.getAuthorizer().grant(AuthenticatedUser.SYSTEM_USER, rights, what, RoleResource.role(name)));
    }

    // Cassandra sets its users up beside everything else, and takes none before.
    private static void atLast(Runnable step) throws Exception {
        for (int tries = 0; ; tries++) {
            try {
                step.run();
                return;
            } catch (RuntimeException e) {
                if (tries == 600) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }
}
