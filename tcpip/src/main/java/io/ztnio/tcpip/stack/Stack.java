package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import java.net.InetAddress;
import java.util.function.ObjLongConsumer;

/**
 * TCP/IP of one node: a single {@link IpStack}, or several that share the work ({@link StackShards}).
 *
 * <p>Whoever leaves the gate after frames were taken in, tasks ran or a deadline passed calls {@link #turn} first: it
 * sends what there is to send and announces readiness.
 *
 * <p>Thread: {@link #attach}, {@link #turn}, the {@link #ping(InetAddress, int, long, PingListener, long) ping} that takes
 * a time and the methods that say so inside the gate; the rest is thread-safe.
 */
public interface Stack {
    /** Adds a link, which has no addresses until it is configured. */
    LinkPort attach(Link link);

    /** An unconnected TCP endpoint. */
    StreamEndpoint openStream();

    /** An unbound TCP listener. */
    ListenerEndpoint openListener();

    /** An unbound UDP endpoint. */
    DatagramEndpoint openDatagram();

    /** Whether the address is one of this stack's own. */
    boolean isLocal(InetAddress address);

    /** Whether a link leads to the address. */
    boolean isReachable(InetAddress address);

    /**
     * Sends an echo request.
     *
     * @param length data bytes, 0 to 65507
     * @return false if no link leads to {@code remote}; the listener is not called then
     */
    boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos);

    /**
     * As {@link #ping(InetAddress, int, long, PingListener, long)}, from any thread. The listener is always called, with
     * {@code NoRouteToHostException} if no link leads to {@code remote}.
     */
    void ping(InetAddress remote, int length, long timeoutNanos, PingListener listener);

    /**
     * Ends a turn: delivers what the stack sent to itself, does what is due, sends, announces readiness.
     *
     * @return when to call again at the latest, or {@code Long.MAX_VALUE}
     */
    long turn(long nowNanos);

    /** A link that was congested takes more: the next turn goes on with what it held back. Inside the gate. */
    void resume(long nowNanos);

    /**
     * Closes every TCP connection as its application would, and refuses new ones: for a process that ends. Inside the
     * gate.
     */
    void closeConnections(long nowNanos);

    /**
     * TCP connections that are closed, and whose last bytes or FIN a peer that still answers has not acknowledged. A
     * peer whose window is closed answers by acknowledging probes. Inside the gate.
     */
    int unfinishedConnections(long nowNanos);

    /**
     * Whether TCP waits for a peer to acknowledge something, and will send it again else. Not while all that it waits for is
     * room at the peer. Inside the gate.
     */
    boolean awaitsAcknowledgment();

    /** Whether packets wait for the MAC addresses of neighbours, of everything but TCP where that is several stacks. Inside the gate. */
    boolean awaitsNeighbors();

    /**
     * Resets what is left of TCP connections, so that their peers learn that nothing more comes. A peer that doubts a
     * reset asks, and is answered if the stack gets another moment. Inside the gate.
     *
     * @return how many of them were {@linkplain #unfinishedConnections unfinished}
     */
    int abortConnections(long nowNanos);

    /**
     * Closes listeners and datagram endpoints too: for a node that ends in a process that goes on, so that nobody waits for
     * it for ever. Inside the gate.
     */
    void closeEndpoints(long nowNanos);

    /** Has every socket of a stack that is broken fail, whatever that throws. Inside the gate. */
    default void giveUp(long nowNanos) {
        try {
            abortConnections(nowNanos);
        } finally {
            closeEndpoints(nowNanos);
        }
    }

    /** How many packets were discarded for a reason. */
    long drops(DropReason reason);

    /** Tells every reason to discard something, TCP's among them, with how often that happened. */
    void forEachDrop(ObjLongConsumer<? super Enum<?>> action);
}
