package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.provider.config.NetworkSettings;
import java.io.IOException;
import java.util.Optional;

/** What the user lets networks do, as a store has it. Stateless. */
final class StoredSettings {
    private StoredSettings() {}

    /** Of a file's content. What is no text allows nothing: it may have been meant to. */
    static NetworkSettings parse(Optional<byte[]> content) {
        if (content.isEmpty()) {
            return NetworkSettings.DEFAULT;
        }
        try {
            return NetworkSettings.parse(TextFile.decode(MembershipFile.FOLDER, content.get()));
        } catch (IOException e) {
            return NetworkSettings.DEFAULT.with(NetworkSettings.ALLOW_MANAGED, false);
        }
    }
}
