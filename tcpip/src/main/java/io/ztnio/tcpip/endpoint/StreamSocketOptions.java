package io.ztnio.tcpip.endpoint;

import java.net.SocketOption;

/** Options of {@link StreamEndpoint} and {@link ListenerEndpoint} that the JDK has no name for. Thread: immutable. */
public final class StreamSocketOptions {
    /**
     * The congestion control: {@code cubic}, {@code reno} or {@code bbr}. It is taken when the connection starts; a
     * listener's is that of the connections it accepts.
     */
    public static final SocketOption<String> TCP_CONGESTION = new Name<>("TCP_CONGESTION", String.class);

    /**
     * How long data may stay unacknowledged, or a window closed, before the connection fails (RFC 5482), in milliseconds;
     * 0, the default, leaves it to the number of retransmissions.
     */
    public static final SocketOption<Integer> TCP_USER_TIMEOUT = new Name<>("TCP_USER_TIMEOUT", Integer.class);

    /**
     * Whether only full segments are sent, as with the option of that name on Linux. What does not fill one waits until
     * more is written, this is switched off, or the stream is closed, but at most 200 ms. It has precedence over {@code
     * TCP_NODELAY}.
     */
    public static final SocketOption<Boolean> TCP_CORK = new Name<>("TCP_CORK", Boolean.class);

    /**
     * Whether an urgent byte of the peer is read in its place; if not, the default, reads leave it out. A listener's is
     * that of the connections it accepts. The JDK has an option of that name too, which its packages do not export.
     */
    public static final SocketOption<Boolean> SO_OOBINLINE = new Name<>("SO_OOBINLINE", Boolean.class);

    private StreamSocketOptions() {}

    private record Name<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }
}
