package io.ztnio.jmh;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;

/** Whose channels a benchmark is about. All of them carry traffic of the host. */
public enum Provider {
    /** The JDK's own. */
    JDK {
        @Override
        SelectorProvider open() {
            return OsProvider.get();
        }
    },
    /** Ours, in a process that has no networks. */
    PASS_THROUGH {
        @Override
        SelectorProvider open() {
            return new ZeroTierSelectorProvider(VirtualNetworks.NONE);
        }
    },
    /** Ours, with a node that runs and has a network, of which nothing is used. */
    NETWORK {
        @Override
        SelectorProvider open() throws IOException {
            // It lives as long as the process, as a program's own does.
            OverlayNetworks networks = new OverlayNetworks(
                    new ConfigLoader(
                                    Map.of(
                                            "ztnio.networks", "00000000cafe2001",
                                            "ztnio.transport", "overlay-memory",
                                            "ztnio.overlay.hub", "jmh",
                                            "ztnio.overlay.addresses", "10.96.0.1/24"),
                                    Map.of())
                            .load(),
                    false);
            networks.awaitReady();
            return new ZeroTierSelectorProvider(networks);
        }
    };

    abstract SelectorProvider open() throws IOException;
}
