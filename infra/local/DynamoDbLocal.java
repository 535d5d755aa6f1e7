import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;

/** Starts DynamoDB Local in memory, on loopback: its own main class listens on every interface. */
class DynamoDbLocal {
    public static void main(String[] arguments) throws Exception {
        boolean inMemory = true, sharedDatabase = true, slowTransitions = false;
        var database = new LocalDynamoDBRequestHandler(0, inMemory, null, sharedDatabase, slowTransitions);
        var server = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        server.setHandler(new LocalDynamoDBServerHandler(database, null));
        server.start();
        server.join();
    }
}
