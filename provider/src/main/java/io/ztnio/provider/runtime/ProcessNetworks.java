package io.ztnio.provider.runtime;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The networks of this process, as its system properties, environment and properties file say. Thread-safe. */
final class ProcessNetworks {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** The outcome of the last look, or {@code null} before the first. Written by the class's lock. */
    private static volatile Outcome outcome;

    /** A look that is repeated says nothing twice. */
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** Either networks or why there are none. */
    private record Outcome(VirtualNetworks networks, ConfigException problem) {
        boolean isFinal() {
            return problem == null || !problem.mayPass();
        }
    }

    private ProcessNetworks() {}

    /**
     * The same object each time; starts nothing. Settings are read once; a home that cannot be read is looked at again.
     *
     * @throws ConfigException naming every unknown key and bad value, each time
     */
    static VirtualNetworks get() {
        Outcome known = outcome;
        if (known == null || !known.isFinal()) {
            List<String> warnings = new ArrayList<>();
            known = look(warnings::add);
            // Not before the outcome is there: a log may write to a socket of ours.
            warnings.stream().filter(SAID::add).forEach(text -> LOG.log(System.Logger.Level.WARNING, text));
        }
        if (known.problem() != null) {
            throw known.problem();
        }
        return known.networks();
    }

    private static synchronized Outcome look(Consumer<String> warnings) {
        if (outcome == null || !outcome.isFinal()) {
            try {
                outcome = new Outcome(networks(ZtnioConfig.load(warnings)), null);
            } catch (ConfigException e) {
                outcome = new Outcome(null, e);
            }
        }
        return outcome;
    }

    private static VirtualNetworks networks(ZtnioConfig config) {
        if (config.capture().isOn()) {
            return new CapturedNetworks(config);
        }
        if (!config.hasNetworks()) {
            return VirtualNetworks.NONE;
        }
        return config.transport() == Transport.ZEROTIER ? new ZeroTierNetworks(config) : new OverlayNetworks(config);
    }
}
