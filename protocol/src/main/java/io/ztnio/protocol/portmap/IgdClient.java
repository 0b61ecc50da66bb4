package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has a router make, renew and delete a mapping by UPnP: UPnP Forum, WANIPConnection:1 sections 2.4.16 to 2.4.18. Thread: confined to
 * its owner; calls wait as long as the {@link IgdWire} does.
 */
final class IgdClient {
    /** What is asked for; routers that keep mappings only for ever say so. */
    private static final long LEASE_SECONDS = 600;

    /** Successive outer ports that are tried while others have them. */
    private static final int MAX_PORTS = 16;

    private static final int FIRST_FREE_PORT = 1024;
    private static final int OK = 200;
    private static final int CONFLICT = 718;
    private static final int ONLY_PERMANENT = 725;
    private static final int NO_CODE = -1;

    private final IgdWire wire;
    private final InetAddress gateway;
    private final InetAddress client;
    private final int port;
    private final String description;
    private IgdService service;
    private int externalPort;
    private long leaseSeconds = LEASE_SECONDS;

    /** What a call came to: its result's elements, or the code of a failure. */
    private record Outcome(int error, List<XmlLeaves.Leaf> result) {
        private Optional<String> value(String name) {
            return result.stream()
                    .filter(leaf -> leaf.name().equals(name))
                    .map(XmlLeaves.Leaf::text)
                    .findFirst();
        }
    }

    /**
     * Asks nothing yet.
     *
     * @param client our IPv4 address towards the gateway
     * @param port of ours that is to be reached; asked for outside too
     * @param description shown in the router's list
     */
    IgdClient(IgdWire wire, InetAddress gateway, InetAddress client, int port, String description) {
        this.wire = wire;
        this.gateway = gateway;
        this.client = client;
        this.port = port;
        this.description = description;
        this.externalPort = port;
    }

    /**
     * Makes the mapping or renews it; empty if the router does not.
     *
     * @throws IOException if it cannot be talked to
     */
    Optional<PortMapping> map() throws IOException {
        IgdService known = service;
        if (known != null) {
            // Whatever goes wrong with it, the next time it is looked for again.
            service = null;
            Optional<PortMapping> renewed = map(known);
            if (renewed.isPresent()) {
                service = known;
                return renewed;
            }
        }
        Optional<GatewayUrl> location =
                wire.search(Ssdp.searches(), bytes -> Ssdp.location(bytes, bytes.length, gateway));
        if (location.isEmpty()) {
            return Optional.empty();
        }
        for (IgdService candidate : IgdService.of(describe(location.get()), location.get())) {
            Optional<PortMapping> made = map(candidate);
            if (made.isPresent()) {
                service = candidate;
                return made;
            }
        }
        return Optional.empty();
    }

    private byte[] describe(GatewayUrl location) throws IOException {
        String request =
                "GET " + location.path() + " HTTP/1.1\r\nHost: " + location.host() + "\r\nConnection: close\r\n\r\n";
        HttpReply reply = wire.exchange(location.port(), request.getBytes(StandardCharsets.US_ASCII));
        return reply.status() == OK ? reply.body().toByteArray() : new byte[0];
    }

    /** The outer address first: a connection that is down has none, and keeps no mapping. */
    private Optional<PortMapping> map(IgdService candidate) throws IOException {
        Optional<InetAddress> external = call(wire, candidate, "GetExternalIPAddress", Map.of())
                .value("NewExternalIPAddress")
                .flatMap(SocketAddressField::parseAddress)
                .filter(address -> PortControl.isPlace(address, false));
        return external.isPresent() && add(candidate)
                ? Optional.of(new PortMapping(new InetSocketAddress(external.get(), externalPort), leaseSeconds))
                : Optional.empty();
    }

    private boolean add(IgdService candidate) throws IOException {
        for (int attempt = 0; attempt < MAX_PORTS; attempt++) {
            Map<String, String> arguments = mappingArguments();
            arguments.put("NewInternalPort", String.valueOf(port));
            arguments.put("NewInternalClient", client.getHostAddress());
            arguments.put("NewEnabled", "1");
            arguments.put("NewPortMappingDescription", description);
            arguments.put("NewLeaseDuration", String.valueOf(leaseSeconds));
            int error = call(wire, candidate, "AddPortMapping", arguments).error();
            if (error == 0) {
                return true;
            } else if (error == ONLY_PERMANENT && leaseSeconds != 0) {
                leaseSeconds = 0;
            } else if (error == CONFLICT) {
                externalPort = externalPort == 0xffff ? FIRST_FREE_PORT : externalPort + 1;
            } else {
                return false;
            }
        }
        return false;
    }

    private Map<String, String> mappingArguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("NewRemoteHost", "");
        arguments.put("NewExternalPort", String.valueOf(externalPort));
        arguments.put("NewProtocol", "UDP");
        return arguments;
    }

    /**
     * Deletes the mapping, if one was made.
     *
     * @param last how the router is reached at the end
     * @throws IOException if the router cannot be talked to
     */
    void unmap(IgdWire last) throws IOException {
        if (service != null) {
            call(last, service, "DeletePortMapping", mappingArguments());
            service = null;
        }
    }

    private static Outcome call(IgdWire way, IgdService target, String action, Map<String, String> arguments)
            throws IOException {
        HttpReply reply = way.exchange(target.control().port(), target.request(action, arguments));
        List<XmlLeaves.Leaf> leaves = XmlLeaves.read(reply.body().toByteArray()).orElse(List.of());
        if (reply.status() == OK) {
            return new Outcome(0, leaves);
        }
        int code = new Outcome(0, leaves)
                .value("errorCode")
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::parseInt)
                .filter(given -> given != 0)
                .orElse(NO_CODE);
        return new Outcome(code, List.of());
    }
}
