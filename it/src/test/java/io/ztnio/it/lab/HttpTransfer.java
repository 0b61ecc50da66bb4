package io.ztnio.it.lab;

import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import java.time.Duration;

/**
 * The HTTP programs of the tests, as servers and clients on hosts of a lab.
 *
 * <p>Thread: thread-safe.
 */
public final class HttpTransfer {
    private static final String PORT = "8080";
    private static final Duration LISTEN_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(5);

    private HttpTransfer() {}

    /** Starts the server on a Java node and waits until it listens. */
    public static JavaNode startServer(Host host, NodeSettings settings) {
        JavaNode node = JavaNode.start(host, settings, HttpFileServer.class, "0.0.0.0", PORT);
        node.process().awaitLine("listening on", LISTEN_TIMEOUT);
        return node;
    }

    /** Starts the server over a host's kernel and waits until it listens. */
    public static RunningProcess startKernelServer(Host host) {
        RunningProcess server =
                JavaProgram.kernel(HttpFileServer.class).with("0.0.0.0", PORT).start(host);
        server.awaitLine("listening on", LISTEN_TIMEOUT);
        return server;
    }

    /** Downloads and uploads a body, over a host's kernel, to the server at an address. */
    public static Finished overKernel(Host host, String serverAddress, long lengthBytes) {
        return JavaProgram.kernel(HttpFileClient.class)
                .with(uri(serverAddress), "" + lengthBytes)
                .start(host)
                .awaitExit(TRANSFER_TIMEOUT);
    }

    /** Downloads and uploads a body, in a JVM with a node, to the server at an address. */
    public static Finished overNode(Host host, NodeSettings settings, String serverAddress, long lengthBytes) {
        return JavaNode.start(host, settings, HttpFileClient.class, uri(serverAddress), "" + lengthBytes)
                .process()
                .awaitExit(TRANSFER_TIMEOUT);
    }

    private static String uri(String address) {
        return "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + PORT + "/";
    }
}
