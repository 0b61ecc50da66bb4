package io.ztnio.protocol.controller;

import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Arrays;

/** A range of addresses to assign from, both ends of one family, both included. Immutable. */
public record AddressPool(InetAddress first, InetAddress last) {
    public AddressPool {
        byte[] from = first.getAddress();
        byte[] to = last.getAddress();
        String range = SocketAddressField.format(first) + " to " + SocketAddressField.format(last);
        if (from.length != to.length) {
            throw new IllegalArgumentException("ipAssignmentPools: " + range + " mixes IP versions");
        }
        if (Arrays.compareUnsigned(from, to) > 0) {
            throw new IllegalArgumentException("ipAssignmentPools: " + range + " runs backwards");
        }
    }

    boolean isIpv4() {
        return first.getAddress().length == 4;
    }

    boolean contains(InetAddress address) {
        byte[] ip = address.getAddress();
        return ip.length == first.getAddress().length
                && Arrays.compareUnsigned(first.getAddress(), ip) <= 0
                && Arrays.compareUnsigned(ip, last.getAddress()) <= 0;
    }

    @Override
    public String toString() {
        return SocketAddressField.format(first) + " to " + SocketAddressField.format(last);
    }
}
