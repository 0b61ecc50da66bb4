package io.ztnio.protocol.portmap;

/** What a router does for us for as long as this is open. Thread-safe. */
public sealed interface RouterMapping extends AutoCloseable permits PortMapper, PinholeKeeper {
    /** Has it given back. Does not wait, so that several end in the time of one. */
    void end();

    /** As {@link #end}, and waits for that until two seconds after it was first called for. */
    @Override
    void close();
}
