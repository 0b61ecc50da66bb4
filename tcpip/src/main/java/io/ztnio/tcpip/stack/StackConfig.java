package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import java.util.Optional;

/**
 * Settings of a {@link Stack}.
 *
 * @param initialTcpBufferBytes what a connection's send and receive buffers start with
 * @param maximumTcpBufferBytes what they may grow to
 * @param tcpMemoryBytes what the buffers of all connections may take together
 * @param tcpCongestion the congestion control of sockets that choose none: {@code cubic}, {@code reno} or {@code bbr}
 * @param minimumPeerMss the least MSS of a peer that is believed, 48 to 536; of a peer that names less, this is used
 * @param shards stacks that a node divides its TCP connections among, 1 to 64; 1 for a single {@link IpStack}
 * @param ephemeralPorts ports of sockets that choose none
 * @param continuity lets connections go on where those of the stack before ended; empty for a stack of new addresses
 */
public record StackConfig(
        int initialTcpBufferBytes,
        int maximumTcpBufferBytes,
        long tcpMemoryBytes,
        String tcpCongestion,
        int minimumPeerMss,
        int shards,
        EphemeralPorts ephemeralPorts,
        Optional<Continuity> continuity) {
    private static final long LEAST_MEMORY = 32L << 20;
    private static final long MOST_MEMORY = 1L << 30;
    private static final int MAX_SHARDS = 64;
    private static final int DEFAULT_PEER_MSS = 216;
    private static final int LEAST_PEER_MSS = 48;
    private static final int MOST_PEER_MSS = 536;

    public StackConfig {
        if (initialTcpBufferBytes < 4096 || maximumTcpBufferBytes < initialTcpBufferBytes) {
            throw new IllegalArgumentException(
                    "TCP buffers of " + initialTcpBufferBytes + " to " + maximumTcpBufferBytes + " bytes");
        }
        CongestionAlgorithm.of(tcpCongestion);
        if (minimumPeerMss < LEAST_PEER_MSS || minimumPeerMss > MOST_PEER_MSS) {
            throw new IllegalArgumentException("a peer's MSS of " + minimumPeerMss + " at least");
        }
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new IllegalArgumentException(shards + " shards");
        }
    }

    /** One stack; CUBIC; 256 KiB to 16 MiB; together a quarter of the heap, but 32 MiB to 1 GiB. */
    public static StackConfig defaults() {
        long quarter = Runtime.getRuntime().maxMemory() / 4;
        return new StackConfig(
                256 << 10,
                16 << 20,
                Math.max(LEAST_MEMORY, Math.min(MOST_MEMORY, quarter)),
                CongestionAlgorithm.CUBIC.optionName(),
                DEFAULT_PEER_MSS,
                1,
                EphemeralPorts.DEFAULT,
                Optional.empty());
    }

    /**
     * These settings with another congestion control.
     *
     * @throws IllegalArgumentException for a name that there is not
     */
    public StackConfig withTcpCongestion(String name) {
        return new StackConfig(
                initialTcpBufferBytes,
                maximumTcpBufferBytes,
                tcpMemoryBytes,
                name,
                minimumPeerMss,
                shards,
                ephemeralPorts,
                continuity);
    }

    /**
     * These settings with another least MSS of peers, in bytes, 48 to 536.
     *
     * @throws IllegalArgumentException for another number
     */
    public StackConfig withMinimumPeerMss(int bytes) {
        return new StackConfig(
                initialTcpBufferBytes,
                maximumTcpBufferBytes,
                tcpMemoryBytes,
                tcpCongestion,
                bytes,
                shards,
                ephemeralPorts,
                continuity);
    }

    /** These settings with the TCP connections divided among so many stacks, 1 to 64. */
    public StackConfig withShards(int count) {
        return new StackConfig(
                initialTcpBufferBytes,
                maximumTcpBufferBytes,
                tcpMemoryBytes,
                tcpCongestion,
                minimumPeerMss,
                count,
                ephemeralPorts,
                continuity);
    }

    /** These settings with other ports for sockets that choose none. */
    public StackConfig withEphemeralPorts(EphemeralPorts ports) {
        return new StackConfig(
                initialTcpBufferBytes,
                maximumTcpBufferBytes,
                tcpMemoryBytes,
                tcpCongestion,
                minimumPeerMss,
                shards,
                ports,
                continuity);
    }

    /** These settings for a stack whose addresses another one had before. */
    public StackConfig withContinuity(Continuity secret) {
        return new StackConfig(
                initialTcpBufferBytes,
                maximumTcpBufferBytes,
                tcpMemoryBytes,
                tcpCongestion,
                minimumPeerMss,
                shards,
                ephemeralPorts,
                Optional.of(secret));
    }

    TcpConfig tcp() {
        TcpConfig.Builder tcp = TcpConfig.builder()
                .initialBufferBytes(initialTcpBufferBytes)
                .maximumBufferBytes(maximumTcpBufferBytes)
                .memoryBytes(tcpMemoryBytes)
                .minimumPeerSegmentBytes(minimumPeerMss)
                .ephemeralPorts(ephemeralPorts)
                .congestion(CongestionAlgorithm.of(tcpCongestion));
        continuity.ifPresent(same -> tcp.continuity(same.key0(), same.key1(), same.originMillis()));
        return tcp.build();
    }
}
