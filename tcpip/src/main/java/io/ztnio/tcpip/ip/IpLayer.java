package io.ztnio.tcpip.ip;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What the transport protocols need of IP. Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, but
 * {@link #isLocal} and {@link #path} may be called from any thread.
 */
public interface IpLayer {
    /** Bytes of {@link #scratch()}: headroom, the largest IP packet before it is fragmented, tailroom. */
    int SCRATCH_LENGTH = 66_048;

    /**
     * The way to a destination.
     *
     * @param local the source address to use, or {@code null} to choose one (RFC 6724)
     * @return empty if no link leads to {@code remote}, or none from {@code local}
     */
    Optional<IpPath> path(InetAddress local, InetAddress remote);

    /** Whether the address is one of this stack's own. */
    boolean isLocal(InetAddress address);

    /**
     * The one buffer that packets are built in. Sending ends its use at once (what must wait is copied), so each
     * packet starts anew.
     */
    byte[] scratch();
}
