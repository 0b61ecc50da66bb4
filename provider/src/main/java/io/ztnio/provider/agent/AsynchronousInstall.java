package io.ztnio.provider.agent;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import java.lang.System.Logger.Level;

/**
 * The agent's step for asynchronous channels. The JDK makes the provider when the first such channel or group is opened;
 * here it is only named.
 */
final class AsynchronousInstall {
    private static final String PROPERTY = "java.nio.channels.spi.AsynchronousChannelProvider";

    private AsynchronousInstall() {}

    static void install() {
        String ours = ZeroTierAsynchronousChannelProvider.class.getName();
        String chosen = System.getProperty(PROPERTY, ours);
        if (chosen.equals(ours)) {
            System.setProperty(PROPERTY, ours);
        } else {
            System.getLogger("io.ztnio")
                    .log(
                            Level.WARNING,
                            "-javaagent:ztnio.jar: asynchronous channels stay with the operating system, for "
                                    + PROPERTY + "=" + chosen + " names another provider; leave that property out");
        }
    }
}
