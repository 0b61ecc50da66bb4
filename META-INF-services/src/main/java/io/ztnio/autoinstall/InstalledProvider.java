package io.ztnio.autoinstall;

import io.ztnio.provider.ZeroTierSelectorProvider;
import java.nio.channels.spi.SelectorProvider;

/** Names the provider for the module system, in which a module provides nothing but classes of its own. */
public final class InstalledProvider {
    private InstalledProvider() {}

    /** Called by {@link java.util.ServiceLoader}. */
    public static SelectorProvider provider() {
        return new ZeroTierSelectorProvider();
    }
}
