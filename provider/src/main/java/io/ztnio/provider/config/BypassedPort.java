package io.ztnio.provider.config;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetSocketAddress;

/**
 * Addresses whose one port stays with the operating system. Immutable.
 *
 * @param port 1 to 65535
 */
public record BypassedPort(IpPrefix prefix, int port) {
    public boolean covers(InetSocketAddress address) {
        return port == address.getPort() && prefix.contains(address.getAddress());
    }
}
