package io.ztnio.overlay.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * What a node without sockets needs to know.
 *
 * @param trusted whether only this process sees the datagrams: networks may go without key and list then
 * @param insecure whether nothing is encrypted, on no network
 * @param contacts where to look for other nodes, asked again now and then
 * @param memberTimeoutNanos how long a member that is silent for a minute is sought before it counts as gone; 0 for ever
 * @param epochMillis the epoch milliseconds at a time of the node's clock
 */
public record NodeSettings(
        boolean trusted,
        boolean insecure,
        Supplier<List<InetSocketAddress>> contacts,
        long memberTimeoutNanos,
        LongUnaryOperator epochMillis) {
    public NodeSettings {
        Objects.requireNonNull(contacts, "contacts");
        Objects.requireNonNull(epochMillis, "epochMillis");
    }
}
