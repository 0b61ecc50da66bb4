package io.ztnio.it.software.programs;

import java.nio.charset.StandardCharsets;

/** What HTTP clients are held to against {@link VertxServer}: bytes both ways, connections that are kept, and new ones. */
final class ClientChecks {
    private static final int[] LENGTHS = {1, 3_000_000};

    /** A client with connections of its own, at most one to a server, for many give it back only after the answer is there. */
    interface Client {
        /** The body of the answer, whose status is 200, to a request with this body, or to a GET if there is none. */
        byte[] send(String uri, byte[] body) throws Exception;
    }

    private ClientChecks() {}

    /** Checks a client that speaks this version, as the server calls it, with both ports at the virtual address. */
    static void plainAndTls(HttpService service, String version, Client client) throws Exception {
        check("http://" + service.address() + ":" + service.port(), version, client);
        check("https://" + service.address() + ":" + service.tlsPort(), version, client);
    }

    static void check(String base, String version, Client client) throws Exception {
        Bytes.expect(version, text(client, base + "/version"));
        for (int length : LENGTHS) {
            byte[] bytes = Bytes.of(length);
            Bytes.expect(bytes, client.send(base + "/echo", bytes));
            Bytes.expect(bytes, client.send(base + "/bytes/" + length, null));
        }
        String peer = keptConnection(client, base + "/peer");
        Bytes.expect("bye", text(client, base + "/bye"));
        awaitAnother(client, base + "/peer", peer);
        System.out.println("did " + version + " at " + base.substring(0, base.indexOf(':')));
    }

    /**
     * The peer's address of a connection that two requests had. The first ones may have one each: the JDK's client gives a
     * connection up when bytes follow an answer, and a session ticket of TLS may come as late as that.
     */
    static String keptConnection(Client client, String uri) throws Exception {
        String last = text(client, uri);
        for (int i = 0; i < 50; i++) {
            String next = text(client, uri);
            if (next.equals(last)) {
                return next;
            }
            last = next;
        }
        throw new AssertionError(uri + ": no connection is kept");
    }

    /** The server is closing the connection: it may still answer on it, or let a request fail, but not many. */
    private static void awaitAnother(Client client, String uri, String closing) throws Exception {
        Exception failure = null;
        for (int i = 0; i < 100; i++) {
            try {
                if (!text(client, uri).equals(closing)) {
                    return;
                }
            } catch (Exception e) {
                failure = e;
            }
        }
        throw new AssertionError(uri + ": no other connection than the one that the server closed", failure);
    }

    private static String text(Client client, String uri) throws Exception {
        return new String(client.send(uri, null), StandardCharsets.UTF_8);
    }

    static void status(int status) {
        if (status != 200) {
            throw new AssertionError("status " + status);
        }
    }
}
