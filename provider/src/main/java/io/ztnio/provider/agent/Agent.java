package io.ztnio.provider.agent;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.exit.ShutdownSlot;
import io.ztnio.provider.names.InstalledResolver;
import io.ztnio.provider.names.ProcessNames;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.instrument.Instrumentation;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;

/** The {@code Premain-Class} of {@code ztnio.jar}. */
public final class Agent {
    private static final String PROPERTY = "java.nio.channels.spi.SelectorProvider";

    private Agent() {}

    /**
     * Called by the JVM. Ends it if the settings are wrong, before the program begins.
     *
     * @param options what follows {@code ztnio.jar=}, or {@code null}; see {@link AgentOptions}
     */
    public static void premain(String options, Instrumentation instrumentation) {
        try {
            configure(options == null ? "" : options);
        } catch (IllegalArgumentException e) {
            // The JVM would end too if this were thrown, with two stack traces around the message.
            System.err.println("-javaagent:ztnio.jar: " + e.getMessage());
            System.exit(1);
        }
        openJdk(instrumentation);
        // Without a slot nodes end by a shutdown hook, as without an agent.
        ShutdownSlot.take(instrumentation);
        installProvider();
        AsynchronousInstall.install();
        SocketHooks.install(instrumentation);
        InstalledResolver.install(ProcessNames::get);
    }

    /** Settings become system properties where no such property is set. */
    private static void configure(String options) {
        Map<String, String> settings = AgentOptions.parse(options);
        // Warnings come when the settings are used; here they would come twice.
        ConfigLoader.ofProcess(warning -> {}).agentOptions(settings).loadForChannels();
        settings.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    /** The JDK's own provider can be asked for by its name then, as with {@code --add-opens}, and its resolver replaced. */
    private static void openJdk(Instrumentation instrumentation) {
        Set<Module> ours = Set.of(Agent.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("sun.nio.ch", ours, "java.net", ours),
                Set.of(),
                Map.of());
    }

    private static void installProvider() {
        Logger log = System.getLogger("io.ztnio");
        String ours = ZeroTierSelectorProvider.class.getName();
        String chosen = System.getProperty(PROPERTY, ours);
        if (!chosen.equals(ours)) {
            log.log(
                    Level.WARNING,
                    "-javaagent:ztnio.jar: not installed, for " + PROPERTY + "=" + chosen
                            + " names another provider and there can be only one; leave that property out");
            return;
        }
        System.setProperty(PROPERTY, ours);
        try {
            SelectorProvider installed = SelectorProvider.provider();
            if (!(installed instanceof ZeroTierSelectorProvider)) {
                log.log(
                        Level.WARNING,
                        "-javaagent:ztnio.jar: not installed, for "
                                + installed.getClass().getName()
                                + " is in use already, by another agent; put ztnio's first");
            }
        } catch (ServiceConfigurationError e) {
            log.log(
                    Level.ERROR,
                    "-javaagent:ztnio.jar: not installed, for the system class loader does not find it",
                    e);
        }
    }
}
