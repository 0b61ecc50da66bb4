package io.ztnio.overlay.runtime;

import io.ztnio.overlay.node.NetworkAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that writes state until it is killed: home, peer, network, key. Says what it has written. */
final class KilledNode {
    private KilledNode() {}

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    public static void main(String[] args) throws IOException {
        OverlayNode node = OverlayNode.start(OverlayConfig.builder()
                .home(Path.of(args[0]))
                .bind(List.of(InetAddress.getLoopbackAddress()))
                .peer(args[1])
                .build());
        long id = Long.parseUnsignedLong(args[2], 16);
        NetworkAccess access = NetworkAccess.builder().key(args[3]).build();
        OverlayNetwork network = node.join(id, access);
        print("node " + Long.toHexString(node.id()));
        if (!network.awaitPeers(1, Duration.ofSeconds(60))) {
            print("alone");
            return;
        }
        int first = node.addressBook().entries().size();
        for (int i = first; i < first + 100_000; i++) {
            node.addressBook().put("name-" + i, node.id());
            print("put " + i);
            if (i % 10 == 0) {
                node.join(id + 1, access);
                node.leave(id + 1);
            }
        }
    }
}
