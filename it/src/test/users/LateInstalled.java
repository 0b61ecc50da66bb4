import io.ztnio.it.programs.Exchange;
import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Does what its arguments say, in their order, and prints what comes of it:
 *
 * <ul>
 *   <li>{@code KEY=VALUE} sets a system property
 *   <li>{@code install}: the report
 *   <li>{@code open}, {@code open-asynchronous}: a channel is opened and closed
 *   <li>{@code nio ADDRESS}, {@code asynchronous ADDRESS}, {@code http ADDRESS}: a conversation with itself at an own address
 *   <li>{@code socket ADDRESS}: the same with sockets of java.net
 *   <li>{@code name NAME}: its addresses
 * </ul>
 */
public final class LateInstalled {
    private LateInstalled() {}

    public static void main(String[] arguments) throws Exception {
        for (String argument : arguments) {
            String[] words = argument.split(" ");
            try {
                System.out.println(argument + " -> " + run(words[0], words[words.length - 1]));
            } catch (Exception e) {
                System.out.println(argument + " -> failed: " + e);
            }
        }
        System.out.println("done");
    }

    private static Object run(String verb, String what) throws Exception {
        switch (verb) {
            case "install":
                return ZeroTier.install();
            case "open":
                SocketChannel.open().close();
                return "opened";
            case "open-asynchronous":
                AsynchronousSocketChannel.open().close();
                return "opened";
            case "nio":
                Exchange.main(new String[] {what});
                return "exchanged";
            case "asynchronous":
                return asynchronous(InetAddress.getByName(what));
            case "http":
                return http(InetAddress.getByName(what));
            case "socket":
                return socket(InetAddress.getByName(what));
            case "name":
                return InetAddress.getByName(what).getHostAddress();
            default:
                int equals = verb.indexOf('=');
                System.setProperty(verb.substring(0, equals), verb.substring(equals + 1));
                return "set";
        }
    }

    private static String asynchronous(InetAddress own) throws Exception {
        try (AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open();
                AsynchronousSocketChannel client = AsynchronousSocketChannel.open()) {
            listener.bind(new InetSocketAddress(own, 0));
            client.connect(listener.getLocalAddress()).get(60, TimeUnit.SECONDS);
            try (AsynchronousSocketChannel accepted = listener.accept().get(60, TimeUnit.SECONDS)) {
                client.write(ByteBuffer.wrap(new byte[] {7})).get(60, TimeUnit.SECONDS);
                ByteBuffer received = ByteBuffer.allocate(1);
                accepted.read(received).get(60, TimeUnit.SECONDS);
                return "exchanged " + received.get(0);
            }
        }
    }

    /** The JDK's HTTP client, which opens its channels itself, from a server of one answer. */
    private static String http(InetAddress own) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(own, 0));
            Thread server = new Thread(() -> answer(listener), "server");
            server.start();
            String uri = "http://" + own.getHostAddress() + ":" + listener.socket().getLocalPort() + "/";
            String body = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                    .body();
            server.join();
            return body;
        }
    }

    private static void answer(ServerSocketChannel listener) {
        try (SocketChannel client = listener.accept()) {
            StringBuilder request = new StringBuilder();
            ByteBuffer read = ByteBuffer.allocate(1000);
            while (request.indexOf("\r\n\r\n") < 0 && client.read(read.clear()) > 0) {
                request.append(StandardCharsets.US_ASCII.decode(read.flip()));
            }
            client.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nanswered"
                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            System.out.println("the server failed: " + e);
        }
    }

    private static String socket(InetAddress own) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, own);
                Socket client = new Socket(own, listener.getLocalPort());
                Socket accepted = listener.accept()) {
            client.getOutputStream().write(7);
            return "exchanged " + accepted.getInputStream().read();
        }
    }
}
