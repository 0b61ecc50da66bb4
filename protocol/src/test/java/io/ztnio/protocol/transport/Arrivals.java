package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** What a sender's datagrams are when they arrive. */
final class Arrivals {
    private Arrivals() {}

    /** Holds that datagrams of these lengths have come to a blocking channel, in this order, and no others. */
    static void assertOf(DatagramChannel receiver, int... lengths) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(70_000);
        for (int length : lengths) {
            receiver.receive(buffer.clear());
            assertThat(buffer.position()).isEqualTo(length);
        }
        receiver.configureBlocking(false);
        assertThat(receiver.receive(buffer.clear())).isNull();
        receiver.configureBlocking(true);
    }
}
