package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;

/** Where a tunnel forwards to: an address, or a name that is looked up for each client. Immutable. */
public final class TunnelTarget {
    private final Optional<InetSocketAddress> fixed;
    private final Lookup lookup;

    /** Finds the address of a target. */
    @FunctionalInterface
    public interface Lookup {
        /**
         * The address as it is now; may wait. Called on a thread of the tunnel's, one call at a time.
         *
         * @throws IOException with the reason, if there is none
         */
        InetSocketAddress address() throws IOException;
    }

    private TunnelTarget(Optional<InetSocketAddress> fixed, Lookup lookup) {
        this.fixed = fixed;
        this.lookup = lookup;
    }

    /** An address; if it is unresolved, its name is looked up in the JDK's resolver for each client. */
    public static TunnelTarget of(InetSocketAddress address) {
        return address.isUnresolved()
                ? named(() -> new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort()))
                : new TunnelTarget(Optional.of(address), () -> address);
    }

    /** What a lookup finds for each client: the tunnel starts whether it finds anything or not. */
    public static TunnelTarget named(Lookup lookup) {
        return new TunnelTarget(Optional.empty(), Objects.requireNonNull(lookup));
    }

    /** The address, if it never changes. */
    Optional<InetSocketAddress> fixed() {
        return fixed;
    }

    InetSocketAddress lookUp() throws IOException {
        return lookup.address();
    }
}
