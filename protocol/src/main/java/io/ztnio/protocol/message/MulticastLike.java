package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** MULTICAST_LIKE: groups that the sender subscribes to ({@code protocol.md} 4.10). */
public record MulticastLike(List<Subscription> subscriptions) {
    /**
     * One group: 18 bytes.
     *
     * @param mac 48 bits
     * @param adi unsigned 32 bits; 0, or an IPv4 address for ARP
     */
    public record Subscription(long networkId, long mac, int adi) {
        public static final int LENGTH = 18;

        static Subscription read(ByteReader reader) {
            return new Subscription(reader.getLong(), reader.getMac(), reader.getInt());
        }

        void write(ByteWriter writer) {
            writer.putLong(networkId).putMac(mac).putInt(adi);
        }
    }

    public MulticastLike {
        subscriptions = List.copyOf(subscriptions);
    }

    public static Optional<MulticastLike> read(ByteReader reader) {
        List<Subscription> subscriptions = new ArrayList<>();
        while (reader.remaining() > 0) {
            subscriptions.add(Subscription.read(reader));
        }
        return reader.ok() ? Optional.of(new MulticastLike(subscriptions)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        for (Subscription subscription : subscriptions) {
            subscription.write(writer);
        }
    }
}
