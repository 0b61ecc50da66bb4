package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.protocol.store.MemoryStateStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Two nodes of one network; what they send lies on the wire until the test does something with it. */
final class Pair {
    static final long NETWORK = 0x8056c2e21c000001L;
    static final long SECOND = 1_000_000_000L;

    final Node[] nodes = {new Node(0), new Node(1)};
    final List<Datagram> wire = new ArrayList<>();
    long now = SECOND;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Datagram(int to, byte[] bytes) {}

    Pair() {
        try {
            for (Node node : nodes) {
                node.core.join(
                        NETWORK,
                        NetworkAccess.builder().key(NetworkKey.of(secret(9))).build(),
                        now);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] secret(int number) {
        byte[] secret = new byte[32];
        secret[7] = (byte) number;
        return secret;
    }

    static InetSocketAddress address(int number) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (1 + number)}), 9994);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets time pass; everything sent arrives. */
    void run(long nanos) {
        long end = now + nanos;
        while (now < end) {
            now += SECOND / 10;
            turn();
            while (!wire.isEmpty()) {
                deliver(wire.remove(0));
            }
        }
    }

    void turn() {
        for (Node node : nodes) {
            node.loop.turn(now);
        }
    }

    void deliver(Datagram datagram) {
        nodes[datagram.to].core.onDatagram(0, address(1 - datagram.to), datagram.bytes, 0, datagram.bytes.length, now);
    }

    boolean isConnected() {
        return nodes[0].isOnline() && nodes[1].isOnline();
    }

    final class Node implements OverlayListener {
        final EventLoop loop = new EventLoop(bug -> {
            throw bug;
        });
        final NodeCore core;
        int frames;

        Node(int number) {
            core = new NodeCore(
                    new NodeSettings(
                            false,
                            false,
                            () -> number == 0 ? List.of() : List.of(address(0)),
                            0,
                            nanos -> nanos / 1_000_000),
                    new Identity(secret(number + 1)),
                    new MemoryStateStore(),
                    loop,
                    new Random(number),
                    (socket, to, buffer, offset, length) -> {
                        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
                        for (int other = 0; other < 2; other++) {
                            if (to.equals(address(other))) {
                                wire.add(new Datagram(other, bytes));
                            }
                        }
                    },
                    (network, source, target, type, buffer, offset, length, at) -> frames++,
                    this,
                    SECOND);
        }

        Membership network() {
            return core.network(NETWORK);
        }

        boolean isOnline() {
            return network().view().online() == 1;
        }

        @Override
        public void onFrame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
            frames++;
        }
    }
}
