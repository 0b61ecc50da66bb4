package io.ztnio.tools.tunnel;

import java.net.InetSocketAddress;

/** Told what happens in a tunnel. Thread: the tunnel's; must return soon. */
public interface TunnelListener {
    /** Hears nothing. */
    TunnelListener SILENT = new TunnelListener() {};

    /** A client has come: a connection, or the first datagram of a session. */
    default void onOpened(InetSocketAddress client) {}

    /**
     * A client's connection or session has ended.
     *
     * @param client {@code null} if it was gone before it could be asked
     * @param failure why it was cut; {@code null} if it ended by itself
     */
    default void onClosed(InetSocketAddress client, long bytesToTarget, long bytesToClient, String failure) {}

    /** Something went wrong that concerns the tunnel and no single client; it goes on. */
    default void onTrouble(String what) {}
}
