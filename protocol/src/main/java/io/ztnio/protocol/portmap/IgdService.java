package io.ztnio.protocol.portmap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a router makes mappings: a WANIPConnection or WANPPPConnection of its description (UPnP Device Architecture 1.1 sections 2.3
 * and 3.2). Immutable.
 *
 * @param type its URN
 * @param control where it is called
 */
record IgdService(String type, GatewayUrl control) {
    private static final Pattern CONNECTION =
            Pattern.compile("urn:schemas-upnp-org:service:WAN(?:IP|PPP)Connection:[1-9]");

    /** A router with several uplinks has several. */
    private static final int MAX_SERVICES = 4;

    /** Those of a description that came from {@code location}, in its order. */
    static List<IgdService> of(byte[] description, GatewayUrl location) {
        List<IgdService> services = new ArrayList<>();
        GatewayUrl base = location;
        String type = "";
        String control = "";
        for (XmlLeaves.Leaf leaf : XmlLeaves.read(description).orElse(List.of())) {
            switch (leaf.name()) {
                case "URLBase" ->
                    base = leaf.text().isEmpty()
                            ? location
                            : GatewayUrl.parse(leaf.text(), location.gateway()).orElse(location);
                case "serviceType" -> type = leaf.text();
                case "controlURL" -> control = leaf.text();
                case "service" -> {
                    Optional<GatewayUrl> url = control.isEmpty() ? Optional.empty() : base.resolve(control);
                    if (CONNECTION.matcher(type).matches() && url.isPresent() && services.size() < MAX_SERVICES) {
                        services.add(new IgdService(type, url.get()));
                    }
                    type = "";
                    control = "";
                }
                default -> {
                    // Names, pictures and the rest.
                }
            }
        }
        return services;
    }

    /**
     * A call, as the bytes of an HTTP request.
     *
     * @param arguments in the order of the service's definition, which some routers insist on; without characters that XML escapes
     */
    byte[] request(String action, Map<String, String> arguments) {
        StringBuilder body = new StringBuilder("<?xml version=\"1.0\"?>\r\n"
                + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:" + action + " xmlns:u=\""
                + type + "\">");
        arguments.forEach((name, value) -> body.append('<')
                .append(name)
                .append('>')
                .append(value)
                .append("</")
                .append(name)
                .append('>'));
        body.append("</u:").append(action).append("></s:Body></s:Envelope>\r\n");
        String head = "POST " + control.path() + " HTTP/1.1\r\nHost: " + control.host()
                + "\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \"" + type + "#" + action
                + "\"\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }
}
