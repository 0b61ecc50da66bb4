package io.ztnio.provider.contract;

import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.runtime.CapturedNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.util.Map;

/** Capture mode for the contract tests: the addresses are those of the JDK's run, the stack is ours. */
final class CapturedLoopback {
    /** Named addresses; the wildcard address is both stacks'. */
    static final VirtualNetworks ADDRESSES = capturing("127.0.0.0/8,::1");

    /** All that there is on this machine. */
    static final VirtualNetworks ALL = capturing("127.0.0.0/8,::1,wildcard");

    private CapturedLoopback() {}

    static VirtualNetworks capturing(String what) {
        return new CapturedNetworks(new ConfigLoader(Map.of("ztnio.capture", what), Map.of()).load());
    }
}
