package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses in JSON, read as ZeroTier's controller does: without a prefix length it is zero. Thread-safe. */
public final class AddressText {
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

    /** The usual form of an address with its prefix length; empty if the address has fewer bits, or is none. */
    public static Optional<String> prefixText(String text) {
        return prefix(text).filter(InetPrefix::isPossible).map(InetPrefix::toString);
    }

    /** The usual form of an address, without a prefix length; empty if it is none. */
    public static Optional<String> addressText(String text) {
        return address(text).map(SocketAddressField::format);
    }
}
