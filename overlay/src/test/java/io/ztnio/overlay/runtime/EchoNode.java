package io.ztnio.overlay.runtime;

import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.socket.OverlayStream;
import io.ztnio.overlay.socket.OverlayStreamListener;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** A process with a node that waits for the others and then sends back what streams to port 7 bring: peer, network, key, others. */
final class EchoNode {
    private EchoNode() {}

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    public static void main(String[] args) throws IOException {
        OverlayNode node = OverlayNode.start(OverlayConfig.builder()
                .bind(List.of(InetAddress.getLoopbackAddress()))
                .peer(args[0])
                .build());
        OverlayNetwork network = node.join(
                Long.parseUnsignedLong(args[1], 16),
                NetworkAccess.builder().key(args[2]).build());
        OverlayStreamListener listener = network.listen(7);
        boolean met = network.awaitPeers(Integer.parseInt(args[3]), Duration.ofMinutes(4));
        print((met ? "met " : "alone ") + Long.toHexString(node.id()));
        while (met) {
            try (OverlayStream stream = listener.accept(Duration.ZERO)) {
                stream.output().write(stream.input().readAllBytes());
                stream.shutdownOutput();
            }
        }
    }
}
