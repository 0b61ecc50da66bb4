package io.ztnio.tcpip.endpoint;

import io.ztnio.tcpip.endpoint.ExtendedOptions.Names;
import jdk.net.ExtendedSocketOptions;

/** The only class that needs the module {@code jdk.net}; it cannot be used where that is missing. */
final class JdkNetOptions {
    private JdkNetOptions() {}

    /**
     * The JDK's names.
     *
     * @throws NoClassDefFoundError without the module
     */
    static Names names() {
        return new Names(
                ExtendedSocketOptions.TCP_QUICKACK,
                ExtendedSocketOptions.TCP_KEEPIDLE,
                ExtendedSocketOptions.TCP_KEEPINTERVAL,
                ExtendedSocketOptions.TCP_KEEPCOUNT);
    }
}
