package io.ztnio.provider.instance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up a name. Thread: thread-safe. */
@FunctionalInterface
public interface NameLookup {
    /** The addresses of a name, or the address that it is; at least one. */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
