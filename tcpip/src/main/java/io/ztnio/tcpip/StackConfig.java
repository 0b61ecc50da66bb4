package io.ztnio.tcpip;

import io.ztnio.tcpip.tcp.TcpConfig;

/**
 * Settings of an {@link IpStack}.
 *
 * @param initialTcpBufferBytes what a connection's send and receive buffers start with
 * @param maximumTcpBufferBytes what they may grow to
 */
public record StackConfig(int initialTcpBufferBytes, int maximumTcpBufferBytes) {
    public StackConfig {
        if (initialTcpBufferBytes < 4096 || maximumTcpBufferBytes < initialTcpBufferBytes) {
            throw new IllegalArgumentException(
                    "TCP buffers of " + initialTcpBufferBytes + " to " + maximumTcpBufferBytes + " bytes");
        }
    }

    /** 256 KiB to 16 MiB. */
    public static StackConfig defaults() {
        return new StackConfig(256 << 10, 16 << 20);
    }

    TcpConfig tcp() {
        return TcpConfig.builder()
                .initialBufferBytes(initialTcpBufferBytes)
                .maximumBufferBytes(maximumTcpBufferBytes)
                .build();
    }
}
