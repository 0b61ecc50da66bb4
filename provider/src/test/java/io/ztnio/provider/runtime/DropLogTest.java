package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.ResourceBundle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropLogTest {
    private static final InetSocketAddress STRANGER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private static final long OWN_MAC = 0x0200_0000_000aL;

    /** Made once: it takes a while. */
    private static final Identity IDENTITY = Identity.generate(new Random(1));

    private final RecordingLogger logger = new RecordingLogger();
    private final DropLog log = new DropLog(logger);
    private Node node;
    private Networks networks;
    private IpStack stack;
    private LinkPort port;

    @BeforeEach
    void start() throws Exception {
        World planet = World.create(
                World.Type.PLANET, 1, 1, IDENTITY, List.of(new WorldRoot(IDENTITY.withoutSecret(), List.of(STRANGER))));
        NodeConfig config = NodeConfig.builder(IDENTITY, planet, new Random(2)).build();
        node = new Node(config, (socket, to, buffer, offset, length) -> {}, (event, now) -> {});
        networks = new Networks(node.vl1(), NetworkStore.NONE, new NoListener());
        stack = new IpStack(new DirectGate(), StackConfig.defaults(), new Random(3));
        port = stack.attach(new NoLink());
        IpPrefix address = new IpPrefix(InetAddress.getByAddress(new byte[] {10, 1, 0, 1}), 24);
        port.configure(new LinkConfig(List.of(address), List.of(), 1500), 1);
    }

    private void dropDatagram() {
        node.onDatagram(0, STRANGER, new byte[64], 0, 3, 1, 1);
    }

    private void dropFrame() {
        port.onFrame(OWN_MAC + 1, OWN_MAC, 0x1234, new byte[200], 64, 60, 1);
    }

    /** A segment with a wrong checksum. */
    private void dropSegment() {
        byte[] packet = HexFormat.of()
                .parseHex("4500002800000000400666cc0a0100020a010001" + "04d200500000000000000000500200000000" + "0000");
        port.onFrame(OWN_MAC + 1, OWN_MAC, 0x0800, packet, 0, packet.length, 1);
    }

    private List<String> look() {
        log.look(node.counters(), networks, stack);
        List<String> said = List.copyOf(logger.lines);
        logger.lines.clear();
        return said;
    }

    @Test
    void eachReasonIsSaidOnceWhereverItComesFrom() {
        assertThat(look()).isEmpty();

        dropFrame();
        dropFrame();
        assertThat(look()).containsExactly("stack drops UNKNOWN_ETHERTYPE, 2 so far; said once");

        dropFrame();
        dropSegment();
        assertThat(look()).containsExactly("stack drops BAD_CHECKSUM, 1 so far; said once");

        dropDatagram();
        assertThat(look()).singleElement().asString().startsWith("node drops ").endsWith(", 1 so far; said once");

        dropFrame();
        dropSegment();
        dropDatagram();
        assertThat(look()).isEmpty();
    }

    @Test
    void packetsWithoutCryptographyAreWarnedOfOnceAtEveryLevel() {
        logger.debug = false;
        byte[] trusted = new byte[64];
        PacketHeader.write(trusted, 0, 1, IDENTITY.address(), 0x1122334455L, Verb.FRAME);
        trusted[PacketHeader.FLAGS] = 0x10;
        node.onDatagram(0, STRANGER, trusted.clone(), 0, trusted.length, 1, 1);

        assertThat(look()).singleElement().asString().contains("trustedPathId");
        node.onDatagram(0, STRANGER, trusted.clone(), 0, trusted.length, 1, 1);
        assertThat(look()).isEmpty();
    }

    @Test
    void nothingIsLookedForUnlessItIsWanted() {
        logger.debug = false;
        dropFrame();
        assertThat(look()).isEmpty();

        logger.debug = true;
        assertThat(look()).hasSize(1);
    }

    @Test
    void reasonsOfTheSameNameAreDifferentOnes() {
        log.say("a", io.ztnio.protocol.vl1.DropReason.MALFORMED, 1);
        log.say("b", io.ztnio.protocol.network.NetworkDropReason.MALFORMED, 2);
        log.say("b", io.ztnio.protocol.network.NetworkDropReason.MALFORMED, 3);
        log.say("c", io.ztnio.tcpip.DropReason.TOO_BIG, 0);

        assertThat(logger.lines)
                .containsExactly("a drops MALFORMED, 1 so far; said once", "b drops MALFORMED, 2 so far; said once");
    }

    private static final class RecordingLogger implements System.Logger {
        private final List<String> lines = new ArrayList<>();
        private boolean debug = true;

        @Override
        public String getName() {
            return "recording";
        }

        @Override
        public boolean isLoggable(Level level) {
            return debug || level.getSeverity() > Level.DEBUG.getSeverity();
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            lines.add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            lines.add(format);
        }
    }

    private static final class DirectGate implements Gate {
        @Override
        public void post(Task task) {
            task.run(1);
        }

        @Override
        public void run(Task task) {
            task.run(1);
        }
    }

    private static final class NoLink implements Link {
        @Override
        public long mac() {
            return OWN_MAC;
        }

        @Override
        public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {}

        @Override
        public long derivedMac(byte[] ipv6, int offset) {
            return UNKNOWN_MAC;
        }

        @Override
        public void subscribe(long groupMac, int distinguisher) {}

        @Override
        public void unsubscribe(long groupMac, int distinguisher) {}
    }

    private static final class NoListener implements NetworkListener {
        @Override
        public void onFrame(
                VirtualNetwork network,
                long sourceMac,
                long destinationMac,
                int etherType,
                byte[] buffer,
                int offset,
                int length,
                long ingressNanos) {}

        @Override
        public void onConfigChanged(VirtualNetwork network, NetworkConfig config) {}

        @Override
        public void onStatus(VirtualNetwork network, NetworkStatus status) {}
    }
}
