package io.ztnio.protocol.controller;

import java.net.InetAddress;

/** A range of addresses to assign from, both ends of one family. Immutable. */
public record AddressPool(InetAddress first, InetAddress last) {
    public AddressPool {
        if (first.getAddress().length != last.getAddress().length) {
            throw new IllegalArgumentException("pool from " + first + " to " + last + " mixes address families");
        }
    }

    boolean isIpv4() {
        return first.getAddress().length == 4;
    }
}
