package io.ztnio.autoinstall;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import java.nio.channels.spi.AsynchronousChannelProvider;

/** As {@link InstalledProvider}, for asynchronous channels. */
public final class InstalledAsynchronousProvider {
    private InstalledAsynchronousProvider() {}

    /** Called by {@link java.util.ServiceLoader}. */
    public static AsynchronousChannelProvider provider() {
        return new ZeroTierAsynchronousChannelProvider();
    }
}
