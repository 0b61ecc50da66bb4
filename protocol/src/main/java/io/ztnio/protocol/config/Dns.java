package io.ztnio.protocol.config;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A search domain and its name servers, at most four ({@code protocol.md} 6.2). Immutable. */
public record Dns(String domain, List<InetAddress> servers) {
    public static final int MAX_SERVERS = 4;
    public static final int MAX_DOMAIN_LENGTH = 127;
    public static final Dns NONE = new Dns("", List.of());

    private static final int DOMAIN_FIELD_LENGTH = 128;

    public Dns {
        servers = List.copyOf(servers);
        if (servers.size() > MAX_SERVERS || domain.getBytes(StandardCharsets.UTF_8).length > MAX_DOMAIN_LENGTH) {
            throw new IllegalArgumentException("dns: at most " + MAX_SERVERS + " servers and a domain of "
                    + MAX_DOMAIN_LENGTH + " bytes, not " + servers.size() + " servers and '" + domain + "'");
        }
    }

    static Optional<Dns> read(ByteReader reader) {
        byte[] field = reader.getBytes(DOMAIN_FIELD_LENGTH);
        List<InetAddress> servers = new ArrayList<>();
        for (int i = 0; i < MAX_SERVERS; i++) {
            InetPrefix.read(reader)
                    .map(InetPrefix::address)
                    .filter(server -> !server.isAnyLocalAddress() && !server.isMulticastAddress())
                    .ifPresent(servers::add);
        }
        if (!reader.ok()) {
            return Optional.empty();
        }
        int length = 0;
        while (length < MAX_DOMAIN_LENGTH && field[length] != 0) {
            length++;
        }
        return Optional.of(new Dns(ForeignText.of(field, 0, length), servers));
    }

    byte[] encode() {
        ByteWriter writer = new ByteWriter(DOMAIN_FIELD_LENGTH + MAX_SERVERS * InetPrefix.MAX_LENGTH);
        writer.putBytes(domain.getBytes(StandardCharsets.UTF_8)).position(DOMAIN_FIELD_LENGTH);
        for (int i = 0; i < MAX_SERVERS; i++) {
            if (i < servers.size()) {
                new InetPrefix(servers.get(i), 0).write(writer);
            } else {
                InetPrefix.writeNull(writer);
            }
        }
        return writer.toByteArray();
    }
}
