package io.ztnio.provider.config;

import io.ztnio.tcpip.link.IpPrefix;
import java.util.List;

/**
 * What capture mode takes from the operating system. Immutable.
 *
 * @param prefixes addresses of the stack in this process; none, without {@code wildcard}, for no capture mode
 * @param wildcard whether binds to the wildcard address live in that stack only, and with them the host's own addresses,
 *     groups, and connects to the wildcard address
 */
public record CaptureSettings(List<IpPrefix> prefixes, boolean wildcard) {
    public CaptureSettings {
        prefixes = List.copyOf(prefixes);
    }

    /** Whether anything is captured. */
    public boolean isOn() {
        return wildcard || !prefixes.isEmpty();
    }
}
