package io.ztnio.tcpip.endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A UDP endpoint. Threads as for {@link Endpoint}. */
public interface DatagramEndpoint extends Endpoint {
    /** Sources that one {@link #filter} can name. */
    int MAX_FILTER_SOURCES = 64;

    /**
     * Restricts the endpoint to one peer, binding it if unbound; the local address becomes concrete. What has been
     * received before is discarded.
     */
    void connect(InetSocketAddress remote) throws IOException;

    /** Lifts the restriction; the port stays, the local address becomes what {@link #bind} had set. */
    void disconnect() throws IOException;

    /** The peer of {@link #connect}, or {@code null}. */
    InetSocketAddress remoteAddress();

    /**
     * Sends the remaining bytes of {@code source} as one datagram, binding the endpoint if unbound.
     *
     * @param target the receiver; {@code null} for the connected peer
     * @return its size, or 0 with {@code source} untouched if there is no room now
     * @throws java.net.SocketException "Message too long"
     * @throws java.net.PortUnreachableException if an earlier datagram to the connected peer was refused
     * @throws java.net.NoRouteToHostException if no link leads to {@code target}
     */
    int send(ByteBuffer source, InetSocketAddress target) throws IOException;

    /**
     * Moves the oldest received datagram to {@code destination}; what does not fit is lost.
     *
     * @return the sender, or {@code null} if there is no datagram now
     * @throws java.net.PortUnreachableException as for {@link #send}
     */
    InetSocketAddress receive(ByteBuffer destination) throws IOException;

    /** Receives datagrams to a multicast group through the link that has {@code linkAddress}, or through every link. */
    void join(InetAddress group, InetAddress linkAddress) throws IOException;

    /** Ends what {@link #join} asked for. */
    void leave(InetAddress group, InetAddress linkAddress) throws IOException;

    /**
     * Replaces what is wanted of a multicast group (RFC 3678 5.1.2): joins it, changes the sources, or leaves it.
     *
     * @param linkAddress an own address of the link to listen on; {@code null} or the wildcard address for every link
     * @throws java.net.SocketException "No buffer space available" for more than {@link #MAX_FILTER_SOURCES} sources
     */
    void filter(InetAddress group, InetAddress linkAddress, SourceFilter filter) throws IOException;
}
