package io.ztnio.provider.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.Background;
import io.ztnio.provider.junit.OverlayExtension;
import io.ztnio.provider.runtime.OverlayNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that is closed while every kind of operation waits for it: each ends, and says why. */
@Timeout(90)
@SuppressWarnings("try") // closing is what is tested
class ClosedNodeTest {
    private static final int MORE_THAN_FITS = 32 << 20;

    /** Nobody has it, so that a connect waits. */
    private static final int NOBODY = 200;

    @RegisterExtension
    private final OverlayExtension overlay = OverlayExtension.withNodes(2);

    @ParameterizedTest
    @EnumSource
    void whoeverWaitsIsToldThatTheNodeIsGone(Usage usage) throws Exception {
        Usage.Sockets here = usage.on(overlay.networks(0));
        InetSocketAddress own = new InetSocketAddress(OverlayExtension.address(0), 0);
        InetSocketAddress theirs = new InetSocketAddress(OverlayExtension.address(1), 0);
        try (ListenerSocket far = usage.listen(overlay.networks(1), theirs);
                ListenerSocket near = here.listen(own);
                ListenerSocket wildcard = here.listen(new InetSocketAddress(0));
                StreamSocket reading = here.connect(far.address());
                StreamSocket readingPeer = far.accept();
                StreamSocket writing = here.connect(far.address());
                StreamSocket writingPeer = far.accept()) {
            List<Background<?>> waiting = new ArrayList<>();
            waiting.add(Background.start(() -> reading.read(ByteBuffer.allocate(8))));
            waiting.add(Background.start(() -> {
                writing.write(ByteBuffer.allocate(MORE_THAN_FITS));
                return "written";
            }));
            waiting.add(Background.start(near::accept));
            waiting.add(Background.start(wildcard::accept));
            List<MessageSocket> messages = new ArrayList<>();
            if (usage.hasDatagrams()) {
                messages.add(here.datagrams(own));
                messages.add(here.datagrams(new InetSocketAddress(0)));
            }
            messages.forEach(socket -> waiting.add(start(socket)));
            for (Background<?> each : waiting) {
                each.awaitBlocked();
            }

            overlay.stop(0);

            for (Background<?> each : waiting) {
                assertThat(each.failure())
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll("Network is down", "the node of this socket was closed");
            }
            assertAfterwards(overlay.networks(0), usage, reading, far.address());
            for (MessageSocket socket : messages) {
                socket.close();
            }
        }
    }

    private static Background<?> start(MessageSocket socket) {
        try {
            return Background.start(socket::receive);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertAfterwards(
            OverlayNetworks closed, Usage usage, StreamSocket connected, InetSocketAddress remote) {
        assertThatThrownBy(() -> connected.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the node of this socket was closed");
        assertThatThrownBy(() -> usage.connect(closed, remote))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContaining("the virtual networks of this process were closed");
    }

    @ParameterizedTest
    @EnumSource
    void whoConnectsIsTold(Usage usage) throws Exception {
        InetAddress first = OverlayExtension.address(0);
        byte[] nobody = first.getAddress();
        nobody[3] = (byte) NOBODY;
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByAddress(nobody), 7);
        Background<?> connecting = Background.start(() -> usage.connect(overlay.networks(0), remote))
                .awaitBlocked();

        overlay.stop(0);

        assertThat(connecting.failure()).isInstanceOf(IOException.class);
    }
}
