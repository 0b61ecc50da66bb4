package io.ztnio.tcpip.turn;

import java.util.ArrayList;
import java.util.List;

/**
 * What an engine is made of, in the order in which it was opened. It is closed in the opposite order, at the end or when
 * the start has failed halfway; a part that cannot be closed is logged and does not keep the others open.
 *
 * <p>Thread: one at a time.
 */
public final class OpenedParts implements AutoCloseable {
    private final System.Logger log;
    private final List<Part> parts = new ArrayList<>();

    private record Part(String name, AutoCloseable resource) {}

    /** Nothing is open. */
    public OpenedParts(System.Logger log) {
        this.log = log;
    }

    /**
     * Has a part closed before everything that was added earlier.
     *
     * @param name what is closed, for the log
     */
    public <T extends AutoCloseable> T add(String name, T resource) {
        parts.add(new Part(name, resource));
        return resource;
    }

    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            try {
                part.resource.close();
            } catch (Exception e) {
                log.log(System.Logger.Level.WARNING, "closing " + part.name + ": " + e.getMessage(), e);
            }
        }
        parts.clear();
    }
}
