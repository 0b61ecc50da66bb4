package io.ztnio.protocol.message;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** WHOIS: asks for the identities of addresses ({@code protocol.md} 4.5). At least one. */
public record Whois(List<Long> addresses) {
    public Whois {
        addresses = List.copyOf(addresses);
    }

    public static Optional<Whois> read(ByteReader reader) {
        List<Long> addresses = new ArrayList<>();
        while (reader.remaining() >= Address.LENGTH) {
            addresses.add(reader.getAddress());
        }
        return reader.ok() && !addresses.isEmpty() ? Optional.of(new Whois(addresses)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        for (long address : addresses) {
            writer.putAddress(address);
        }
    }
}
