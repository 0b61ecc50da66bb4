package io.ztnio.overlay.socket;

import java.net.InetAddress;

/** Which node has an address. Thread: thread-safe. */
@FunctionalInterface
public interface NodeResolver {
    /** Its id, or -1 if nobody is known to have it. */
    long nodeOf(InetAddress address);
}
