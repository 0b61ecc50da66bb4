package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Members of a multicast group, in {@link OkMulticastGather} and {@link OkMulticastFrame}.
 *
 * @param total unsigned 32 bits: how many the responder knows
 */
public record GatherResult(int total, List<Long> addresses) {
    public GatherResult {
        addresses = List.copyOf(addresses);
    }

    static GatherResult read(ByteReader reader) {
        int total = reader.getInt();
        int count = reader.getShort();
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < count && reader.ok(); i++) {
            addresses.add(reader.getAddress());
        }
        return new GatherResult(total, addresses);
    }

    void write(ByteWriter writer) {
        writer.putInt(total).putShort(addresses.size());
        for (long address : addresses) {
            writer.putAddress(address);
        }
    }
}
