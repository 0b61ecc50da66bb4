package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Two strangers who meet by a root, all three in memory and in a time of their own. A JVM that has done that once has loaded what the
 * first contact with a real stranger takes (HELLO, WHOIS, RENDEZVOUS, ECHO, key agreement, every cipher suite that is sent), which costs some
 * 70 ms at the moment when somebody waits for it. Nothing of it reaches the network or outlives the call; the identities are no
 * identities, for nobody checks them here.
 *
 * <p>Thread: any; takes no lock.
 */
public final class Rehearsal {
    private static final int ROOT = 0;
    private static final int ONE = 1;
    private static final int OTHER = 2;
    private static final int NODES = 3;
    private static final int PORT = 9993;
    private static final long FIRST_ADDRESS = 0x10_0000_0001L;
    private static final long START_MILLIS = 1_000_000_000_000L;
    private static final int STEP_MILLIS = 100;
    private static final int STEPS = 30;

    private record Datagram(int to, InetSocketAddress from, byte[] bytes) {}

    private final List<Node> nodes = new ArrayList<>();
    private final List<InetSocketAddress> endpoints = new ArrayList<>();
    private final Queue<Datagram> wire = new ArrayDeque<>();
    private long now = START_MILLIS;

    private Rehearsal(RandomGenerator random) {
        List<Identity> identities = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            identities.add(Identity.unproved(FIRST_ADDRESS + i, random));
            endpoints.add(endpoint(i));
        }
        WorldRoot root = new WorldRoot(identities.get(ROOT).withoutSecret(), List.of(endpoints.get(ROOT)));
        World planet =
                World.create(World.Type.PLANET, FIRST_ADDRESS, START_MILLIS, identities.get(ROOT), List.of(root));
        for (int i = 0; i < NODES; i++) {
            NodeConfig config = NodeConfig.builder(identities.get(i), planet, random)
                    .validity(identity -> true)
                    .build();
            nodes.add(new Node(config, new Wire(i), (event, nowMillis) -> {}));
        }
    }

    /**
     * Plays it.
     *
     * @return whether they have met, which is to be expected
     */
    public static boolean run(RandomGenerator random) {
        Rehearsal rehearsal = new Rehearsal(random);
        return rehearsal.meet();
    }

    private boolean meet() {
        Vl1 one = nodes.get(ONE).vl1();
        long other = FIRST_ADDRESS + OTHER;
        for (int i = 0; i < STEPS; i++) {
            if (one.peer(other).filter(peer -> peer.hasDirectPath(now)).isPresent()) {
                return true;
            }
            if (i > 0) {
                byte[] frame = new byte[Vl1.HEADER_LENGTH + 1];
                one.sendInPlace(other, Verb.FRAME, frame, Vl1.HEADER_LENGTH, 1, now);
            }
            nodes.forEach(node -> node.poll(now));
            for (Datagram next = wire.poll(); next != null; next = wire.poll()) {
                Node to = nodes.get(next.to);
                to.onDatagram(0, next.from, next.bytes, 0, next.bytes.length, now, 0);
                to.poll(now);
            }
            now += STEP_MILLIS;
        }
        return false;
    }

    private static InetSocketAddress endpoint(int node) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (node + 1)}), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private final class Wire implements DatagramSender {
        private final int from;

        private Wire(int from) {
            this.from = from;
        }

        @Override
        public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
            int index = endpoints.indexOf(to);
            if (index >= 0) {
                byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
                wire.add(new Datagram(index, endpoints.get(from), bytes));
            }
        }

        @Override
        public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
            // What is to die on its way does.
        }
    }
}
