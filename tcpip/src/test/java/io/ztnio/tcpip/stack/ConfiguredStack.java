package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.util.random.RandomGenerator;

/** Makes stacks with settings of TCP that {@link StackConfig} does not offer. */
public final class ConfiguredStack {
    private ConfiguredStack() {}

    /** A stack with one gate. */
    @SuppressWarnings("exports") // for tests of this module, which see all of it
    public static IpStack of(Gate gate, TcpConfig config, RandomGenerator random) {
        return new IpStack(gate, config, random);
    }
}
