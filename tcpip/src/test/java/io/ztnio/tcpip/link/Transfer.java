package io.ztnio.tcpip.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes that go from one host of a network to another, over links that are wrapped. */
final class Transfer {
    private Transfer() {}

    /** Sends so many bytes and looks that they arrive. */
    static void run(Lan lan, int bytes, long seed) throws IOException {
        run(lan, bytes, seed, () -> {});
    }

    /** As {@link #run(Lan, int, long)}, with something to do once both know each other. */
    static void run(Lan lan, int bytes, long seed, Runnable connected) throws IOException {
        Lan.Host client = lan.host(0x32_0000_000001L, "10.1.0.1/24");
        Lan.Host server = lan.host(0x32_0000_000002L, "10.1.0.2/24");
        ListenerEndpoint listener = server.stack.openListener();
        listener.bind(Lan.socket("10.1.0.2", 80));
        listener.listen(1);
        StreamEndpoint out = client.stack.openStream();
        out.connect(Lan.socket("10.1.0.2", 80));
        byte[] sent = new byte[bytes];
        new Random(seed).nextBytes(sent);
        ByteBuffer source = ByteBuffer.wrap(sent);
        ByteBuffer received = ByteBuffer.allocate(bytes);
        StreamEndpoint in = null;
        for (int i = 0; i < 100_000 && received.hasRemaining(); i++) {
            lan.run(10_000_000L);
            if (out.finishConnect()) {
                out.write(source);
            }
            if (in == null) {
                in = listener.accept();
                if (in != null) {
                    connected.run();
                }
            }
            if (in != null) {
                in.read(received);
            }
        }
        assertThat(received.array()).as("seed %d", seed).isEqualTo(sent);
    }
}
