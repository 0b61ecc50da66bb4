package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses in JSON, read as ZeroTier's controller does: without a prefix length it is zero. Thread-safe. */
public final class AddressText {
    private AddressText() {}

    /** The address with its prefix length, which may be impossible; empty if it is no address. */
    static Optional<InetPrefix> prefix(String text) {
        return SocketAddressField.parseAddress(withoutLength(text))
                .map(address -> new InetPrefix(address, prefixLength(text)));
    }

    /** The text of the address. */
    static String withoutLength(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    /** 16 bits of the number that the digits behind the slash are, whatever follows them. */
    static int prefixLength(String text) {
        return (int) Json.number(
                        text.substring(
                                Math.min(text.length(), withoutLength(text).length() + 1)),
                        0)
                & 0xffff;
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
