package io.ztnio.it.software.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What every HTTP server of the tests offers: at one address a plain port and one with TLS, and a plain port at the wildcard
 * address. {@code /echo} answers the body, {@code /bytes/N} N bytes, {@code /peer} the client's address and port.
 *
 * @param address where it listens
 * @param port plain
 * @param tlsPort with the key in {@code keyStore}
 * @param wildcardPort plain, at the wildcard address
 * @param keyStore a PKCS12 file
 */
record HttpService(String address, int port, int tlsPort, int wildcardPort, String keyStore) {
    static HttpService of(String... arguments) {
        return new HttpService(
                arguments[0],
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                arguments[4]);
    }

    /** Says that all ports are open, and waits for the end of the standard input or a line of it. */
    void serving() throws IOException {
        System.out.println("serving");
        System.in.read();
    }

    /** Says that the server has ended in good order. What still runs then would keep the JVM, and fail the test. */
    void stopped() {
        System.out.println("stopped");
    }

    static byte[] answer(String path, byte[] body, InetSocketAddress peer) {
        if (path.equals("/echo")) {
            return body;
        }
        if (path.equals("/peer")) {
            return (peer.getAddress().getHostAddress() + ":" + peer.getPort()).getBytes(StandardCharsets.UTF_8);
        }
        return Bytes.of(Integer.parseInt(path.substring("/bytes/".length())));
    }
}
