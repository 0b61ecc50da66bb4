package io.ztnio.provider.dns;

import java.net.InetAddress;
import java.util.Objects;
import org.xbill.DNS.ReverseMap;

/**
 * A question of class IN. Immutable.
 *
 * @param name in ASCII and small letters, without a dot at its end
 */
public record DnsQuestion(String name, DnsType type) {
    public DnsQuestion {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** The question for the name of an address (RFC 1035 3.5, RFC 3596 2.5). */
    public static DnsQuestion reverse(InetAddress address) {
        return new DnsQuestion(ReverseMap.fromAddress(address).toString(true), DnsType.PTR);
    }
}
