package io.ztnio.tcpip.packetdrill;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.util.Map;

/** Names of errors by the texts that the JDK's own sockets have for them on Linux. */
final class Errors {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("Connection refused", "ECONNREFUSED"),
            Map.entry("Connection timed out", "ETIMEDOUT"),
            Map.entry("No route to host", "EHOSTUNREACH"),
            Map.entry("Network is unreachable", "ENETUNREACH"),
            Map.entry("Connection reset", "ECONNRESET"),
            Map.entry("Connection reset by peer", "ECONNRESET"),
            Map.entry("Broken pipe", "EPIPE"),
            Map.entry("Socket is not connected", "ENOTCONN"),
            Map.entry("Already connected", "EISCONN"),
            Map.entry("Address already in use", "EADDRINUSE"),
            Map.entry("Cannot assign requested address", "EADDRNOTAVAIL"),
            Map.entry("Message too long", "EMSGSIZE"),
            Map.entry("Socket closed", "EBADF"));

    private Errors() {}

    static String name(IOException reason) {
        if (reason instanceof PortUnreachableException) {
            return "ECONNREFUSED";
        }
        String text = String.valueOf(reason.getMessage());
        return NAMES.getOrDefault(text, text);
    }
}
