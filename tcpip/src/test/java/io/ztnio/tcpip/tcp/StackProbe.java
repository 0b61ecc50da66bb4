package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.config.ScenarioConfig;
import io.ztnio.tcpip.tcp.config.TcpConfig;

/** What simulations need to know of a stack, or to set, that is nobody else's business. */
public final class StackProbe {
    private StackProbe() {}

    /** Makes all connections of a stack do without congestion control: only the peer's window limits them. */
    public static TcpConfig.Builder withoutCongestionControl(TcpConfig.Builder config) {
        return ScenarioConfig.congestionControl(config, NoCongestionControl::new)
                .pacing(false);
    }

    /** Losses are found by counting duplicates, and the window does not come back if there were none. */
    public static TcpConfig.Builder withClassicRecovery(TcpConfig.Builder config) {
        return ScenarioConfig.undo(config.timeBasedLossDetection(false), false);
    }

    /** What finding connections and their timers has cost so far: slots of tables looked at. */
    public static long visits(TcpLayer layer) {
        return layer.ground.flows.probes() + layer.ground.wheel.visits();
    }
}
