package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses in JSON, read as ZeroTier's controller does: without a prefix length it is zero. Thread-safe. */
final class AddressText {
    private AddressText() {}

    /** The address with its prefix length, which may be impossible; empty if it is no address. */
    static Optional<InetPrefix> prefix(String text) {
        int slash = text.indexOf('/');
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        int length = bits.matches("\\d{1,4}") ? Integer.parseInt(bits) : 0;
        return SocketAddressField.parseAddress(slash < 0 ? text : text.substring(0, slash))
                .map(address -> new InetPrefix(address, length));
    }

    /** The address alone. */
    static Optional<InetAddress> address(String text) {
        return prefix(text).map(InetPrefix::address);
    }
}
