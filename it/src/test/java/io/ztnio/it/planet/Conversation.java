package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import java.util.Arrays;

/** Two members that send frames to each other, and what came of it. Times are the net's, in milliseconds. */
final class Conversation {
    private static final int HEADER_LENGTH = 9;

    /** What was sent so long ago is not under way any more. */
    private static final long LIFE_MILLIS = 20_000;

    final PlanetNode one;
    final PlanetNode other;
    final Direction there;
    final Direction back;
    private final SimNet net;

    /** When both ends had a direct path, of those since {@link #expectDirect}; -1 before. */
    private long directMillis = -1;

    private long directSinceMillis;

    Conversation(SimNet net, int number, PlanetNode one, PlanetNode other) {
        this.net = net;
        this.one = one;
        this.other = other;
        this.there = new Direction(number, 0, one, other);
        this.back = new Direction(number, 1, other, one);
    }

    /** Which conversation a frame is of. */
    static int number(byte[] buffer, int offset) {
        return (buffer[offset] & 0xff) << 24
                | (buffer[offset + 1] & 0xff) << 16
                | (buffer[offset + 2] & 0xff) << 8
                | (buffer[offset + 3] & 0xff);
    }

    /** Both send, if they are members. */
    void talk(int lengthBytes) {
        if (one.isReady() && other.isReady()) {
            there.send(lengthBytes);
            back.send(lengthBytes);
        }
    }

    /** Both send, whoever is a member of them. */
    void insist(int lengthBytes) {
        there.send(lengthBytes);
        back.send(lengthBytes);
    }

    void onFrame(PlanetNode receiver, long sourceMac, byte[] buffer, int offset, int length) {
        (buffer[offset + 4] == 0 ? there : back).onFrame(receiver, sourceMac, buffer, offset, length);
    }

    /** Whether there is a direct path: by IPv6, which no NAT translates, or by IPv4. */
    boolean canBeDirect() {
        return canBeDirectByIpv6() || canBeDirectByIpv4();
    }

    boolean canBeDirectByIpv6() {
        return one.hasIpv6() && other.hasIpv6();
    }

    /** Whether NATs allow a direct path: a port that is another for each destination can be told only to who lets any in. */
    boolean canBeDirectByIpv4() {
        if (!one.hasIpv4() || !other.hasIpv4()) {
            return false;
        }
        if (one.host.nat() != null && one.host.nat() == other.host.nat()) {
            return true;
        }
        return !(isSymmetric(one) && isStrict(other)) && !(isSymmetric(other) && isStrict(one));
    }

    private static boolean isSymmetric(PlanetNode node) {
        return node.host.nat() != null && node.host.nat().kind() == SimNat.Kind.SYMMETRIC;
    }

    private static boolean isStrict(PlanetNode node) {
        SimNat nat = node.host.nat();
        return nat != null && (nat.kind() == SimNat.Kind.SYMMETRIC || nat.kind() == SimNat.Kind.PORT_RESTRICTED);
    }

    /** Whether what both send goes by IPv6. */
    boolean isDirectByIpv6() {
        return one.isDirectByIpv6To(other) && other.isDirectByIpv6To(one);
    }

    boolean isDirect() {
        return one.isDirectTo(other) && other.isDirectTo(one);
    }

    boolean isRelayed() {
        return !one.isDirectTo(other) && !other.isDirectTo(one);
    }

    /** From now on it is watched when both ends have a direct path. */
    void expectDirect() {
        directSinceMillis = net.nowMillis();
        directMillis = -1;
    }

    /** To be called every second while that is of interest. */
    void watch() {
        if (directMillis < 0 && isDirect()) {
            directMillis = net.nowMillis();
        }
    }

    /** How long it took, or -1 if it is not yet so. */
    long directAfterMillis() {
        return directMillis < 0 ? -1 : directMillis - directSinceMillis;
    }

    @Override
    public String toString() {
        return end(one) + " and " + end(other);
    }

    private static String end(PlanetNode node) {
        return node.host.sockets() + " ("
                + (node.host.nat() == null ? "open" : node.host.nat().kind())
                + (node.isOrbiting() ? ", orbiting)" : ")");
    }

    /** Frames one way. */
    final class Direction {
        private final int number;
        private final int way;
        private final PlanetNode from;
        private final PlanetNode to;
        private long[] sentMillis = new long[16];
        private long[] arrivedMillis = new long[16];
        private int sent;
        private int copies;

        private Direction(int number, int way, PlanetNode from, PlanetNode to) {
            this.number = number;
            this.way = way;
            this.from = from;
            this.to = to;
        }

        private void send(int lengthBytes) {
            byte[] payload = new byte[Math.max(HEADER_LENGTH, lengthBytes)];
            put(payload, 0, number);
            payload[4] = (byte) way;
            put(payload, 5, sent);
            if (sent == sentMillis.length) {
                sentMillis = Arrays.copyOf(sentMillis, sent * 2);
                arrivedMillis = Arrays.copyOf(arrivedMillis, sent * 2);
            }
            sentMillis[sent] = net.nowMillis();
            arrivedMillis[sent++] = -1;
            from.send(to.mac(), PlanetSimulation.ETHER_TYPE, payload);
        }

        private void onFrame(PlanetNode receiver, long sourceMac, byte[] buffer, int offset, int length) {
            int sequence = number(buffer, offset + 5);
            if (receiver != to || sourceMac != from.mac() || length < HEADER_LENGTH || sequence >= sent) {
                throw new AssertionError("a frame of " + Conversation.this + " came to " + receiver.host.address());
            }
            if (arrivedMillis[sequence] >= 0) {
                copies++;
            } else {
                arrivedMillis[sequence] = net.nowMillis();
            }
        }

        /** How many frames came more than once. */
        int copies() {
            return copies;
        }

        /** How many were sent in a time. */
        int sentBetween(long startMillis, long endMillis) {
            int count = 0;
            for (int i = first(startMillis); i < sent && sentMillis[i] < endMillis; i++) {
                count++;
            }
            return count;
        }

        /** How many of those came. */
        int arrivedOf(long startMillis, long endMillis) {
            int count = 0;
            for (int i = first(startMillis); i < sent && sentMillis[i] < endMillis; i++) {
                count += arrivedMillis[i] >= 0 ? 1 : 0;
            }
            return count;
        }

        /** How long after a moment the first frame came that was sent since; -1 if none has. */
        long firstArrivalAfter(long startMillis) {
            long first = Long.MAX_VALUE;
            for (int i = first(startMillis); i < sent; i++) {
                first = arrivedMillis[i] >= 0 ? Math.min(first, arrivedMillis[i]) : first;
            }
            return first == Long.MAX_VALUE ? -1 : first - startMillis;
        }

        /** How long after a moment the last frame came, whenever it was sent; 0 if none has since. */
        long lastArrivalAfter(long startMillis) {
            long last = startMillis;
            for (int i = first(startMillis - LIFE_MILLIS); i < sent; i++) {
                last = Math.max(last, arrivedMillis[i]);
            }
            return last - startMillis;
        }

        /** How long the first of all took. */
        long firstTookMillis() {
            return sent == 0 ? -1 : firstArrivalAfter(sentMillis[0]);
        }

        private int first(long startMillis) {
            int index = sent;
            while (index > 0 && sentMillis[index - 1] >= startMillis) {
                index--;
            }
            return index;
        }
    }

    static void put(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >>> 24);
        bytes[offset + 1] = (byte) (value >>> 16);
        bytes[offset + 2] = (byte) (value >>> 8);
        bytes[offset + 3] = (byte) value;
    }
}
