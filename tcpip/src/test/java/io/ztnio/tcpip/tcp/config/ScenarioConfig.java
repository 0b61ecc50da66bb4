package io.ztnio.tcpip.tcp.config;

import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import java.util.function.Supplier;

/** Settings that only scenarios and simulations need. */
public final class ScenarioConfig {
    private ScenarioConfig() {}

    public static TcpConfig.Builder firstSequence(TcpConfig.Builder config, int number) {
        return config.firstSequence(number);
    }

    public static TcpConfig.Builder timestampOffset(TcpConfig.Builder config, int millis) {
        return config.timestampOffset(millis);
    }

    public static TcpConfig.Builder congestionControl(TcpConfig.Builder config, Supplier<CongestionControl> supplier) {
        return config.congestionControl(supplier);
    }

    public static TcpConfig.Builder undo(TcpConfig.Builder config, boolean enabled) {
        return config.undo(enabled);
    }
}
