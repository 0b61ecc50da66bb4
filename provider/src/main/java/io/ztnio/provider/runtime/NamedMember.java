package io.ztnio.provider.runtime;

import java.net.InetAddress;
import java.util.List;

/**
 * A member that has told its name. Immutable.
 *
 * @param name a host name label
 * @param addresses its addresses on the network
 */
public record NamedMember(String name, List<InetAddress> addresses) {
    public NamedMember {
        addresses = List.copyOf(addresses);
    }
}
