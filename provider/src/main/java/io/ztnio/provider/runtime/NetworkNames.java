package io.ztnio.provider.runtime;

import io.ztnio.provider.config.NameSettings;
import java.util.List;

/**
 * What the virtual networks of this process know of names.
 *
 * <p>Thread: thread-safe; waits for nothing and starts nothing.
 */
public interface NetworkNames {
    /** No networks, no names. */
    NetworkNames NONE = withoutNetworks(NameSettings.NONE);

    /** Names that the user gives only. */
    static NetworkNames withoutNetworks(NameSettings settings) {
        return new NetworkNames() {
            @Override
            public NameSettings settings() {
                return settings;
            }

            @Override
            public List<NamedNetwork> networks() {
                return List.of();
            }
        };
    }

    /** What the user says. */
    NameSettings settings();

    /** The networks as they are now, or were when they were last heard of; in the order of the configuration. */
    List<NamedNetwork> networks();
}
