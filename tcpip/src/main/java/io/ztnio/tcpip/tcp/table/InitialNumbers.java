package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import java.net.InetAddress;

/**
 * Where the sequence numbers (RFC 6528) and the timestamps (RFC 7323 5.4) of a connection begin.
 *
 * <p>Thread: one object per layer, confined to the gate.
 */
public final class InitialNumbers {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final TcpConfig config;
    private final TupleHash secret;
    private final TupleHash timestampSecret;

    /** Each secret for its own purpose. */
    public InitialNumbers(TcpConfig config, TupleHash secret, TupleHash timestampSecret) {
        this.config = config;
        this.secret = secret;
        this.timestampSecret = timestampSecret;
    }

    /** Where the sequence numbers of a new connection begin. */
    public long firstSequence(InetAddress local, int localPort, InetAddress remote, int remotePort, long nowNanos) {
        return config.firstSequence.isPresent()
                ? SequenceNumbers.initial(config.firstSequence.getAsInt())
                : initialSequence(local, localPort, remote, remotePort, nowNanos);
    }

    /** RFC 6528: a clock of 64 ns plus a secret offset for each pair of addresses. */
    public long initialSequence(InetAddress local, int localPort, InetAddress remote, int remotePort, long nowNanos) {
        long offset = secret.hash(local, localPort, remote, remotePort);
        return (offset + ((config.originMillis * NANOS_PER_MILLI + nowNanos) >> 6)) & 0xffff_ffffL;
    }

    /** RFC 7323 5.4: timestamps do not tell how long the machine has been up. */
    public int timestampOffset(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        if (config.timestampOffset.isPresent()) {
            return config.timestampOffset.getAsInt();
        }
        return (int) (timestampSecret.hash(local, localPort, remote, remotePort) + config.originMillis);
    }
}
