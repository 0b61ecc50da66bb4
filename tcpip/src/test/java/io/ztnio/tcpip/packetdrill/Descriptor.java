package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** A socket of a script. Until it listens or connects it is not decided which endpoint of the stack it is. */
final class Descriptor {
    StreamEndpoint stream;
    ListenerEndpoint listener;
    DatagramEndpoint datagram;
    boolean nonBlocking;
    boolean connecting;

    /** Whether the error that it ended with has been told. */
    boolean errorTold;

    /** Where it is bound, until it has an endpoint. */
    InetSocketAddress bound;

    /** What was set before there was an endpoint to set it of. */
    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();

    /** Bytes of the two streams that were read and written. */
    long read;

    long written;

    /** Whether the peer has sent something urgent: then reads leave bytes out. */
    boolean urgent;

    Endpoint endpoint() {
        if (stream != null) {
            return stream;
        }
        return listener != null ? listener : datagram;
    }

    <T> void option(SocketOption<T> name, T value) {
        options.put(name, value);
        if (endpoint() != null) {
            endpoint().option(name, value);
        }
    }

    /** The value of an option, or {@code null} if it was not set and there is no endpoint yet. */
    <T> T option(SocketOption<T> name) {
        return endpoint() != null ? endpoint().option(name) : name.type().cast(options.get(name));
    }

    /** Sets of a new endpoint what was set before. */
    void applyOptions() {
        options.forEach((name, value) -> apply(endpoint(), name, value));
    }

    private static <T> void apply(Endpoint endpoint, SocketOption<T> name, Object value) {
        endpoint.option(name, name.type().cast(value));
    }

    boolean isBetween(Conversation flow) {
        return stream != null && flow.local.equals(stream.localAddress()) && flow.remote.equals(stream.remoteAddress());
    }
}
