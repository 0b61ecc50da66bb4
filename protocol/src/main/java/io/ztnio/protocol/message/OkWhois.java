package io.ztnio.protocol.message;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What OK(WHOIS) carries: public identities, at least one ({@code protocol.md} 4.5). */
public record OkWhois(List<Identity> identities) {
    public OkWhois {
        List<Identity> known = new ArrayList<>(identities.size());
        for (Identity identity : identities) {
            known.add(identity.withoutSecret());
        }
        identities = Collections.unmodifiableList(known);
    }

    public static Optional<OkWhois> read(ByteReader reader) {
        List<Identity> identities = new ArrayList<>();
        while (reader.remaining() > 0) {
            Identity.read(reader).ifPresent(identities::add);
        }
        return reader.ok() && !identities.isEmpty() ? Optional.of(new OkWhois(identities)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        for (Identity identity : identities) {
            identity.write(writer);
        }
    }
}
