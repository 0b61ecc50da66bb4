package io.ztnio.protocol.vl1.bond;

import java.util.List;

/** Which interface each local socket is on, as the driver told. Thread: confined to the node. */
public final class LocalLinks {
    private List<String> names = List.of();
    private int revision;

    /**
     * Replaces what is known.
     *
     * @param bySocket names of interfaces by the number of the socket; empty for a socket that is on all of them
     */
    public void set(List<String> bySocket) {
        if (!names.equals(bySocket)) {
            names = List.copyOf(bySocket);
            revision++;
        }
    }

    /** The name of a socket's interface; empty while unknown. */
    String name(int socket) {
        return socket >= 0 && socket < names.size() ? names.get(socket) : "";
    }

    /** Another number after each change. */
    int revision() {
        return revision;
    }
}
