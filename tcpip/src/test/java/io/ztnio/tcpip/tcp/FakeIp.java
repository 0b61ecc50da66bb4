package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.ip.IpPath;
import java.net.InetAddress;
import java.util.Optional;

/** An IP layer with one own address that hands every packet to a sink. */
final class FakeIp implements IpLayer {
    private static final int OFFSET = 128;

    private final InetAddress own;
    private final Sink sink;
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    int mtuBytes = 1040;
    int twoDatagramBytes = Integer.MAX_VALUE;
    int oneDatagramBytes = Integer.MAX_VALUE;
    boolean routed = true;
    boolean congested;
    int lastTrafficClass;

    /** The MTU of the last "too big" that was found to be about a packet of ours; 0 if none was. */
    int confirmedTooBig;

    /** Whether paths lead to one host. */
    boolean unicast = true;

    /** Whether paths that were given out are still good. */
    boolean valid = true;

    /** What the next packet to be sent throws. */
    Error sendFailure;

    FakeIp(InetAddress own, Sink sink) {
        this.own = own;
        this.sink = sink;
    }

    @FunctionalInterface
    interface Sink {
        void onSent(InetAddress local, InetAddress remote, byte[] transport, long pseudoHeaderSum, long nowNanos);
    }

    static long pseudoHeaderSum(InetAddress local, InetAddress remote, int protocol, int length) {
        long sum = (long) protocol + length;
        for (InetAddress address : new InetAddress[] {local, remote}) {
            byte[] bytes = address.getAddress();
            for (int i = 0; i < bytes.length; i += 2) {
                sum += (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
            }
        }
        return sum;
    }

    @Override
    public Optional<IpPath> path(InetAddress local, InetAddress remote) {
        return routed ? Optional.of(new Path(local == null ? own : local, remote)) : Optional.empty();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return own.equals(address);
    }

    @Override
    public byte[] scratch() {
        return scratch;
    }

    private final class Path implements IpPath {
        private final InetAddress local;
        private final InetAddress remote;
        private final long addressSum;

        Path(InetAddress local, InetAddress remote) {
            this.local = local;
            this.remote = remote;
            this.addressSum = FakeIp.pseudoHeaderSum(local, remote, 0, 0);
        }

        @Override
        public InetAddress local() {
            return local;
        }

        @Override
        public InetAddress remote() {
            return remote;
        }

        @Override
        public boolean isValid() {
            return routed && valid;
        }

        @Override
        public int mtuBytes() {
            return mtuBytes;
        }

        @Override
        public boolean isUnicast() {
            return unicast;
        }

        @Override
        public void confirmTooBig(int reportedBytes, long nowNanos) {
            confirmedTooBig = reportedBytes;
        }

        @Override
        public int packetBytes(int datagrams) {
            return Math.min(mtuBytes, datagrams == 1 ? oneDatagramBytes : twoDatagramBytes);
        }

        @Override
        public boolean isCongested() {
            return congested;
        }

        @Override
        public int headerLength() {
            return local.getAddress().length == 4 ? 20 : 40;
        }

        @Override
        public int transportOffset() {
            return OFFSET;
        }

        @Override
        public long pseudoHeaderSum(int protocol, int transportLength) {
            return addressSum + protocol + transportLength;
        }

        @Override
        public void send(int protocol, int transportLength, int trafficClass, boolean mayFragment, long nowNanos) {
            if (transportLength + headerLength() > mtuBytes) {
                throw new AssertionError("a packet of " + transportLength + " bytes does not fit the MTU " + mtuBytes);
            }
            Error once = sendFailure;
            sendFailure = null;
            if (once != null) {
                throw once;
            }
            lastTrafficClass = trafficClass;
            byte[] copy = new byte[transportLength];
            System.arraycopy(scratch, OFFSET, copy, 0, transportLength);
            sink.onSent(local, remote, copy, pseudoHeaderSum(protocol, transportLength), nowNanos);
        }
    }
}
