package io.ztnio.protocol.portmap;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The search for a router with UPnP: SSDP, UPnP Device Architecture 1.1 section 1.3. Stateless. */
final class Ssdp {
    static final String GROUP = "239.255.255.250";
    static final int PORT = 1900;

    /** What we wait at most for those who answer; they spread their answers over it. */
    static final int WAIT_SECONDS = 2;

    private static final int MAX_LENGTH = 4096;

    private Ssdp() {}

    /** One search for each version of the device: not every router of version 2 answers for version 1. */
    static List<byte[]> searches() {
        return Stream.of(1, 2)
                .map(version -> "M-SEARCH * HTTP/1.1\r\nHOST: " + GROUP + ":" + PORT
                        + "\r\nMAN: \"ssdp:discover\"\r\nMX: " + WAIT_SECONDS
                        + "\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:" + version + "\r\n\r\n")
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .collect(Collectors.toList());
    }

    /** Where an answer of the gateway says that its description is; empty if it is no answer, or if that is not at the gateway. */
    static Optional<GatewayUrl> location(byte[] bytes, int length, InetAddress gateway) {
        if (length > MAX_LENGTH) {
            return Optional.empty();
        }
        String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        if (!lines[0].matches("HTTP/1\\.[01] 200\\b.*")) {
            return Optional.empty();
        }
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equalsIgnoreCase("LOCATION")) {
                return GatewayUrl.parse(line.substring(colon + 1).strip(), gateway);
            }
        }
        return Optional.empty();
    }
}
