package io.ztnio.it.programs;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program of {@code java.net} that knows nothing of anything else: sockets, a listener that accepts with a subclass, a
 * SOCKS proxy, HTTP, datagrams, each on the address given, and accepted from two addresses on the wildcard address. A
 * line says what was done.
 *
 * <p>Arguments: an own address.
 */
public final class SocketExchange {
    private static final int TIMEOUT_MILLIS = 60_000;

    private SocketExchange() {}

    /** One that a program makes itself. */
    private static final class OwnSocket extends Socket {}

    /** A listener whose connections are a subclass. */
    private static final class OwnListener extends ServerSocket {
        OwnListener(InetAddress address) throws IOException {
            super(0, 50, address);
        }

        @Override
        public Socket accept() throws IOException {
            Socket accepted = new OwnSocket();
            implAccept(accepted);
            return accepted;
        }
    }

    /** What is done with an address. */
    private interface Step {
        void run(InetAddress own) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        InetAddress own = InetAddress.getByName(args[0]);
        run("streams", own, SocketExchange::streams);
        run("subclass", own, SocketExchange::subclass);
        run("both", own, SocketExchange::both);
        run("timeouts", own, SocketExchange::timeouts);
        run("refused", own, SocketExchange::refused);
        run("socks", own, SocketExchange::socks);
        run("http", own, SocketExchange::http);
        run("datagrams", own, SocketExchange::datagrams);
        run("multicast", own, SocketExchange::multicast);
        System.out.println("did leave threads " + helpers());
        System.out.println("exchanged");
    }

    private static void run(String name, InetAddress own, Step step) throws Exception {
        step.run(own);
        System.out.println("did " + name);
    }

    private static void streams(InetAddress own) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, own);
                Socket client = new Socket(own, listener.getLocalPort());
                Socket server = listener.accept()) {
            exchange(client, server);
            check(server.getInetAddress().equals(own), server);
            check(client.getPort() == server.getLocalPort() && server.getPort() == client.getLocalPort(), client);
        }
    }

    private static void subclass(InetAddress own) throws IOException {
        try (ServerSocket listener = new OwnListener(own);
                Socket client = new Socket(own, listener.getLocalPort());
                Socket server = listener.accept()) {
            check(server instanceof OwnSocket, server);
            exchange(client, server);
        }
    }

    private static void both(InetAddress own) throws IOException {
        try (ServerSocket listener = new ServerSocket(0)) {
            for (InetAddress address : new InetAddress[] {own, InetAddress.getLoopbackAddress(), own}) {
                try (Socket client = new Socket(address, listener.getLocalPort());
                        Socket server = listener.accept()) {
                    check(server.getInetAddress().equals(address), server);
                    exchange(client, server);
                }
            }
        }
    }

    private static void timeouts(InetAddress own) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, own);
                Socket client = new Socket()) {
            listener.setSoTimeout(20);
            fails(SocketTimeoutException.class, "Accept timed out", listener::accept);
            client.connect(listener.getLocalSocketAddress(), TIMEOUT_MILLIS);
            client.setSoTimeout(20);
            fails(
                    SocketTimeoutException.class,
                    "Read timed out",
                    () -> client.getInputStream().read());
        }
    }

    private static void refused(InetAddress own) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, own);
        int port = listener.getLocalPort();
        listener.close();
        fails(SocketException.class, "Connection refused", () -> new Socket(own, port));
    }

    /** A proxy of SOCKS 5 on the address, whose target is this process too. */
    private static void socks(InetAddress own) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, own);
                ServerSocket target = new ServerSocket(0, 50, own)) {
            Thread relay = new Thread(() -> relay(proxy, target), "proxy");
            relay.start();
            try (Socket client =
                    new Socket(new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(own, proxy.getLocalPort())))) {
                client.connect(target.getLocalSocketAddress(), TIMEOUT_MILLIS);
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                check(line(client).equals("hello"), client);
            }
            relay.join();
        }
    }

    /** One connection, of which one line comes back. */
    private static void relay(ServerSocket proxy, ServerSocket target) {
        try (Socket client = proxy.accept()) {
            InputStream input = client.getInputStream();
            input.readNBytes(1);
            input.readNBytes(input.read());
            client.getOutputStream().write(new byte[] {5, 0});
            byte[] request = input.readNBytes(4);
            byte[] address = input.readNBytes(request[3] == 1 ? 4 : 16);
            int port = (input.read() << 8) | input.read();
            try (Socket onward = new Socket(InetAddress.getByAddress(address), port);
                    Socket end = target.accept()) {
                client.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
                onward.getOutputStream().write((line(client) + "\n").getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().write((line(end) + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void http(InetAddress own) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(own, 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 3);
            exchange.getResponseBody().write("yes".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        try {
            URI uri = URI.create(
                    "http://" + own.getHostAddress() + ":" + server.getAddress().getPort() + "/");
            try (InputStream body = uri.toURL().openConnection(Proxy.NO_PROXY).getInputStream()) {
                check(new String(body.readAllBytes(), StandardCharsets.US_ASCII).equals("yes"), uri);
            }
        } finally {
            server.stop(0);
        }
    }

    private static void datagrams(InetAddress own) throws IOException {
        try (DatagramSocket server = new DatagramSocket();
                DatagramSocket client = new DatagramSocket()) {
            for (InetAddress address : new InetAddress[] {own, InetAddress.getLoopbackAddress()}) {
                server.setSoTimeout(TIMEOUT_MILLIS);
                client.setSoTimeout(TIMEOUT_MILLIS);
                client.send(new DatagramPacket(new byte[100], 100, address, server.getLocalPort()));
                DatagramPacket received = new DatagramPacket(new byte[1000], 50);
                server.receive(received);
                check(received.getLength() == 50, received.getLength());
                check(received.getAddress().equals(address), received.getAddress());
                server.send(received);
                client.receive(new DatagramPacket(new byte[1000], 1000));
            }
            server.setSoTimeout(20);
            fails(SocketTimeoutException.class, "Receive timed out", () -> {
                server.receive(new DatagramPacket(new byte[1], 1));
                return null;
            });
        }
    }

    private static void multicast(InetAddress own) throws IOException {
        InetSocketAddress group = new InetSocketAddress("239.1.2.3", 0);
        try (MulticastSocket socket = new MulticastSocket(new InetSocketAddress(own, 0))) {
            socket.setTimeToLive(3);
            check(socket.getTimeToLive() == 3, "time to live");
            NetworkInterface via = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            socket.joinGroup(group, via);
            fails(SocketException.class, "Already a member of group", () -> {
                socket.joinGroup(group, via);
                return null;
            });
            socket.leaveGroup(group, via);
        }
    }

    private static void exchange(Socket client, Socket server) throws IOException {
        client.setTcpNoDelay(true);
        client.setSoTimeout(TIMEOUT_MILLIS);
        server.setSoTimeout(TIMEOUT_MILLIS);
        try (OutputStream output = client.getOutputStream()) {
            output.write("ping\n".getBytes(StandardCharsets.US_ASCII));
            check(line(server).equals("ping"), server);
            server.getOutputStream().write("pong\n".getBytes(StandardCharsets.US_ASCII));
            check(line(client).equals("pong"), client);
            server.shutdownOutput();
            check(client.getInputStream().read() < 0, client);
        }
    }

    private static String line(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }

    /** What throws. */
    private interface Failing {
        Object run() throws IOException;
    }

    private static void fails(Class<?> type, String text, Failing failing) throws IOException {
        try {
            Object result = failing.run();
            throw new IllegalStateException("succeeded with " + result);
        } catch (IOException e) {
            if (!type.isInstance(e) || !String.valueOf(e.getMessage()).startsWith(text)) {
                throw e;
            }
        }
    }

    private static void check(boolean holds, Object what) {
        if (!holds) {
            throw new IllegalStateException(what.toString());
        }
    }

    /** Threads of listeners that do not end although those are closed. */
    private static Set<String> helpers() throws InterruptedException {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("ztnio-accept")) {
                thread.join(TIMEOUT_MILLIS);
                if (thread.isAlive()) {
                    names.add(thread.getName());
                }
            }
        }
        return names;
    }
}
