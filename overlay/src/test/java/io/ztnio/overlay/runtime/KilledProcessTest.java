package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves a home that the next one starts from. */
@Tag("any-jdk")
class KilledProcessTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final int ROUNDS = 3;

    @TempDir
    private Path home;

    @Test
    @Timeout(240)
    void stateIsKept() throws Exception {
        NetworkAccess access = NetworkAccess.builder().key(KEY).build();
        try (OverlayNode survivor = OverlayNode.start(OverlayConfig.builder()
                .bind(List.of(InetAddress.getLoopbackAddress()))
                .build())) {
            survivor.join(NETWORK, access);
            String peer = "127.0.0.1:" + survivor.localAddresses().get(0).getPort();
            String identity = null;
            int written = -1;
            for (int round = 0; round < ROUNDS; round++) {
                try (ChildProcess process = new ChildProcess(
                        KilledNode.class, home.toString(), peer, HexFormat.of().toHexDigits(NETWORK), KEY)) {
                    String node = process.readLine();
                    assertThat(node).startsWith("node ");
                    assertThat(identity == null || identity.equals(node)).isTrue();
                    identity = node;
                    // Killed in the midst of its writes, at another place each time.
                    for (int i = 0; i < 23 + 10 * round; i++) {
                        String line = process.readLine();
                        assertThat(line).startsWith("put ");
                        written = Integer.parseInt(line.substring(4));
                    }
                }
                check(peer, identity, written, survivor.id());
            }
        }
    }

    private void check(String peer, String identity, int written, long survivor) throws IOException {
        List<OverlayEvent> damage = new ArrayList<>();
        OverlayNode node = new OverlayNode(OverlayConfig.builder()
                .home(home)
                .bind(List.of(InetAddress.getLoopbackAddress()))
                .peer(peer)
                .build());
        node.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                if (event.kind() == OverlayEvent.Kind.DAMAGED_STATE) {
                    damage.add(event);
                }
            }
        });
        try (node) {
            node.start();
            assertThat("node " + Long.toHexString(node.id())).isEqualTo(identity);
            Map<String, Long> book = node.addressBook().entries();
            for (int i = 0; i <= written; i++) {
                assertThat(book).containsKey("name-" + i);
            }
            OverlayNetwork network = node.network(NETWORK).orElseThrow();
            assertThat(network.view().members()).extracting(MemberView::id).contains(survivor);
            assertThat(network.awaitPeer(survivor, Duration.ofSeconds(60))).isTrue();
            assertThat(damage).isEmpty();
        }
    }
}
