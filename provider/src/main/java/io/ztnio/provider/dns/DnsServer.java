package io.ztnio.provider.dns;

import java.net.InetAddress;

/**
 * A server within a virtual network.
 *
 * @param address its address
 * @param source the own address on that network to ask from: a socket that is bound to it sends nowhere else
 */
public record DnsServer(InetAddress address, InetAddress source) {}
