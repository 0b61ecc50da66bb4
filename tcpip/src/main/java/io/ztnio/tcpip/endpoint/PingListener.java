package io.ztnio.tcpip.endpoint;

import java.io.IOException;
import java.net.InetAddress;

/**
 * Told how a ping ended: one of the methods is called, once.
 *
 * <p>Thread: called inside the gate; must not block, throw or call back into the stack.
 */
public interface PingListener {
    /** An echo reply came. */
    void onReply(InetAddress from, long roundTripNanos);

    /**
     * None came.
     *
     * @param reason {@code SocketTimeoutException}, or {@code NoRouteToHostException} and the like for an ICMP error
     */
    void onFailure(IOException reason);
}
