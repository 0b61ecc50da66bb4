package io.ztnio.provider.names;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.util.Optional;

/** The names of this process's default networks. Thread-safe. */
public final class ProcessNames {
    private static volatile Known known;

    private record Known(VirtualNetworks networks, Names names) {}

    private ProcessNames() {}

    /** Empty if there are no networks, or the configuration is wrong, which channels complain of. */
    public static Optional<Names> get() {
        VirtualNetworks now;
        try {
            now = DefaultNetworks.get();
        } catch (ConfigException e) {
            return Optional.empty();
        }
        // Null while a logger, made by the configuration's first warning, looks a name up.
        if (now == null || !now.isConfigured()) {
            return Optional.empty();
        }
        Known last = known;
        if (last == null || last.networks() != now) {
            last = new Known(now, new Names(now, new ZeroTierSelectorProvider(now)));
            known = last;
        }
        return Optional.of(last.names());
    }
}
