package io.ztnio.provider.socket;

import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;

/**
 * The stacks of a socket that is not created yet. A wrong configuration shows when it is: the constructors of {@code
 * java.net} cannot say so.
 *
 * @param stacks the stacks; without a virtual one if the configuration is wrong
 * @param complaint each problem of the configuration, or {@code null} if there is none
 */
record SocketStacks(Stacks stacks, String complaint) {
    SocketStacks(VirtualNetworks networks) {
        this(new Stacks(networks), null);
    }

    static SocketStacks misconfigured(String complaint) {
        return new SocketStacks(new Stacks(VirtualNetworks.NONE), complaint);
    }

    void checkConfiguration() throws IOException {
        if (complaint != null) {
            throw new IOException(complaint);
        }
    }
}
