package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.path.Path;

/** Which interface each path is by, as the driver told. Thread: confined to the node. */
public final class LocalLinks {
    private Bonding.Interfaces interfaces = Bonding.Interfaces.UNKNOWN;
    private int revision;

    /** Replaces what is known. */
    public void set(Bonding.Interfaces replacement) {
        if (!interfaces.equals(replacement)) {
            interfaces = replacement;
            revision++;
        }
    }

    /** The name of a path's interface; empty while unknown. */
    String name(Path path) {
        return interfaces.name(path.socket, path.remote.getAddress());
    }

    /** Another number after each change. */
    int revision() {
        return revision;
    }
}
