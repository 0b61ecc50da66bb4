package io.ztnio.provider.runtime;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;

/** The networks of this process, as its system properties, environment and properties file say. Thread-safe. */
final class ProcessNetworks {
    private ProcessNetworks() {}

    /**
     * The same object each time; starts nothing.
     *
     * @throws ConfigException naming every unknown key and bad value, each time
     */
    static VirtualNetworks get() {
        if (Holder.PROBLEM != null) {
            throw Holder.PROBLEM;
        }
        return Holder.NETWORKS;
    }

    /** Loads the configuration once, on first use. */
    private static final class Holder {
        private static final ConfigException PROBLEM;
        private static final VirtualNetworks NETWORKS;

        static {
            ConfigException problem = null;
            VirtualNetworks networks = VirtualNetworks.NONE;
            try {
                ZtnioConfig config = ZtnioConfig.load();
                if (config.hasNetworks()) {
                    networks = config.transport() == Transport.ZEROTIER
                            ? new ZeroTierNetworks(config)
                            : new OverlayNetworks(config);
                }
            } catch (ConfigException e) {
                problem = e;
            }
            PROBLEM = problem;
            NETWORKS = networks;
        }

        private Holder() {}
    }
}
