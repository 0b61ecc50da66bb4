package io.ztnio.provider.instance;

import io.ztnio.provider.InstallReport;
import io.ztnio.provider.InstallReport.Part;
import io.ztnio.provider.InstallReport.Step;
import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.names.InstalledResolver;
import io.ztnio.provider.names.ProcessNames;
import java.net.InetAddress;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.function.Supplier;

/**
 * Installs after the start of the JVM what the agent installs before, as far as that can be done. The JDK's holders of its
 * providers are final once they are made, and what makes its sockets can only be changed by an agent.
 *
 * <p>Thread: one at a time.
 */
public final class LateInstall {
    private static final String AGENT = "start with -javaagent:ztnio.jar";

    /** A class that {@code java.base} has been given by the agent. */
    private static final String AGENTS_SLOTS = "java.net.ZtnioSocketHooks";

    private LateInstall() {}

    /**
     * Does what can be done, and says what was.
     *
     * @throws io.ztnio.provider.config.ConfigException naming each wrong setting; nothing has been done then
     */
    public static synchronized InstallReport run() {
        // Warnings come when the settings are used; here they would come twice.
        ConfigLoader.ofProcess(warning -> {}).loadForChannels();
        return new InstallReport(List.of(
                provider(
                        Part.CHANNELS,
                        SelectorProvider.class,
                        ZeroTierSelectorProvider.class,
                        SelectorProvider::provider),
                provider(
                        Part.ASYNCHRONOUS_CHANNELS,
                        AsynchronousChannelProvider.class,
                        ZeroTierAsynchronousChannelProvider.class,
                        AsynchronousChannelProvider::provider),
                names(),
                sockets(),
                shutdown()));
    }

    private static Step provider(Part part, Class<?> type, Class<?> ours, Supplier<?> inUse) {
        String property = type.getName();
        String chosen = System.getProperty(property);
        if (chosen != null && !chosen.equals(ours.getName())) {
            return not(part, property + "=" + chosen + " names another provider: leave that property out");
        }
        // Asked for by a name that it cannot find, the JDK would have no provider for the rest of its life.
        if (!isOnSystemPath(ours)) {
            return not(
                    part,
                    "the system class loader does not find " + ours.getName()
                            + ": put ztnio.jar on the class path of the JVM, or " + AGENT);
        }
        System.setProperty(property, ours.getName());
        Object provider = inUse.get();
        if (!ours.isInstance(provider)) {
            if (chosen == null) {
                System.clearProperty(property);
            }
            return not(
                    part,
                    provider.getClass().getName()
                            + " is in use already: call ZeroTier.install() before the first channel is"
                            + " opened, name ours with -D" + property + "=" + ours.getName() + ", or " + AGENT);
        }
        return new Step(part, true, "");
    }

    private static boolean isOnSystemPath(Class<?> ours) {
        try {
            return Class.forName(ours.getName(), false, ClassLoader.getSystemClassLoader()) == ours;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static Step names() {
        Module own = LateInstall.class.getModule();
        if (!InetAddress.class.getModule().isOpen("java.net", own)) {
            return not(
                    Part.NAMES,
                    "java.net is not open to ztnio: start with --add-opens java.base/java.net="
                            + (own.isNamed() ? own.getName() : "ALL-UNNAMED") + ", or " + AGENT
                            + "; names of an instance, ZeroTier.resolve, need neither");
        }
        return InstalledResolver.install(ProcessNames::get)
                ? new Step(Part.NAMES, true, "")
                : not(Part.NAMES, "InetAddress's resolver cannot be replaced on this JDK");
    }

    /** The JDK's public factories are no way: they would take SOCKS proxies, and factories of the program, out of use. */
    private static Step sockets() {
        return isAgentThere()
                ? new Step(Part.JAVA_NET_SOCKETS, true, "")
                : not(
                        Part.JAVA_NET_SOCKETS,
                        "the JDK's own sockets, and HttpURLConnection, RMI and others that stand on them, can only be changed"
                                + " before main: " + AGENT + ", or give ZeroTier.socketFactory() to the library");
    }

    private static Step shutdown() {
        return isAgentThere()
                ? new Step(Part.SHUTDOWN_SLOT, true, "")
                : not(
                        Part.SHUTDOWN_SLOT,
                        "nodes end by a shutdown hook of their own, which waits for those of the program; " + AGENT
                                + " for a place behind all hooks");
    }

    private static boolean isAgentThere() {
        try {
            Class.forName(AGENTS_SLOTS, false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static Step not(Part part, String reason) {
        return new Step(part, false, reason);
    }
}
