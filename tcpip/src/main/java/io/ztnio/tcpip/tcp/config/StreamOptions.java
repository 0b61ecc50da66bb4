package io.ztnio.tcpip.tcp.config;

import io.ztnio.tcpip.endpoint.ExtendedOptions;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The socket options of an endpoint. Thread: written by application threads, read by any. */
public final class StreamOptions {
    /** What streams and listeners support. */
    public static final Set<SocketOption<?>> OF_STREAMS = Stream.concat(
                    Stream.<SocketOption<?>>of(
                            StandardSocketOptions.SO_SNDBUF,
                            StandardSocketOptions.SO_RCVBUF,
                            StandardSocketOptions.SO_KEEPALIVE,
                            StandardSocketOptions.SO_REUSEADDR,
                            StandardSocketOptions.SO_REUSEPORT,
                            StandardSocketOptions.SO_LINGER,
                            StandardSocketOptions.TCP_NODELAY,
                            StandardSocketOptions.IP_TOS,
                            StreamSocketOptions.TCP_USER_TIMEOUT,
                            StreamSocketOptions.TCP_CONGESTION,
                            StreamSocketOptions.TCP_CORK,
                            StreamSocketOptions.SO_OOBINLINE),
                    ExtendedOptions.SUPPORTED.stream())
            .collect(Collectors.toUnmodifiableSet());

    private static final int LEAST_BUFFER = 4096;

    private final int maximumBufferBytes;
    public volatile int sendBufferBytes;
    public volatile int receiveBufferBytes;
    public volatile boolean fixedSendBuffer;
    public volatile boolean fixedReceiveBuffer;
    public volatile boolean keepAlive;
    public volatile boolean reuseAddress;
    public volatile boolean reusePort;
    public volatile int lingerSeconds = -1;
    public volatile boolean noDelay;

    /** Set with {@link #noDelay}, and taken by the sender: as in Linux, what is queued then goes at once, corked or not. */
    public volatile boolean pushes;

    public volatile boolean cork;
    public volatile boolean urgentInline;
    public volatile int trafficClass;

    /** Null until it is set: then, as in Linux, a new socket says yes, and acknowledges at once for its first segments only. */
    public volatile Boolean quickAck;

    public volatile int userTimeoutMillis;
    public volatile int keepIdleSeconds = 7200;
    public volatile int keepIntervalSeconds = 75;
    public volatile int keepCount = 9;
    public volatile CongestionAlgorithm congestion;

    /** Those of a new socket. */
    public StreamOptions(TcpConfig config) {
        maximumBufferBytes = config.maximumBufferBytes;
        userTimeoutMillis = (int) Math.min(Integer.MAX_VALUE, config.userTimeoutNanos / 1_000_000);
        sendBufferBytes = config.initialBufferBytes;
        receiveBufferBytes = config.initialBufferBytes;
        congestion = config.congestion;
    }

    /** What an accepted connection inherits. */
    public StreamOptions(StreamOptions other) {
        maximumBufferBytes = other.maximumBufferBytes;
        sendBufferBytes = other.sendBufferBytes;
        receiveBufferBytes = other.receiveBufferBytes;
        fixedSendBuffer = other.fixedSendBuffer;
        fixedReceiveBuffer = other.fixedReceiveBuffer;
        keepAlive = other.keepAlive;
        reuseAddress = other.reuseAddress;
        reusePort = other.reusePort;
        lingerSeconds = other.lingerSeconds;
        noDelay = other.noDelay;
        cork = other.cork;
        urgentInline = other.urgentInline;
        trafficClass = other.trafficClass;
        quickAck = other.quickAck;
        userTimeoutMillis = other.userTimeoutMillis;
        keepIdleSeconds = other.keepIdleSeconds;
        keepIntervalSeconds = other.keepIntervalSeconds;
        keepCount = other.keepCount;
        congestion = other.congestion;
    }

    /**
     * Sets an option. Thread: any.
     *
     * @throws UnsupportedOperationException if there is no such option
     * @throws IllegalArgumentException if the value is not one of it
     */
    public void set(SocketOption<?> name, Object value) {
        check(name);
        if (!name.type().isInstance(value)) {
            throw invalid(value);
        }
        if (value instanceof Boolean flag) {
            setFlag(name, flag);
        } else if (value instanceof String text) {
            congestion = CongestionAlgorithm.of(text);
        } else {
            setNumber(name, (Integer) value);
        }
    }

    private void setFlag(SocketOption<?> name, boolean value) {
        if (name.equals(StandardSocketOptions.SO_KEEPALIVE)) {
            keepAlive = value;
        } else if (name.equals(StandardSocketOptions.SO_REUSEADDR)) {
            reuseAddress = value;
        } else if (name.equals(StandardSocketOptions.SO_REUSEPORT)) {
            reusePort = value;
        } else if (name.equals(StandardSocketOptions.TCP_NODELAY)) {
            noDelay = value;
            if (value) {
                pushes = true;
            }
        } else if (name.equals(StreamSocketOptions.TCP_CORK)) {
            cork = value;
        } else if (name.equals(StreamSocketOptions.SO_OOBINLINE)) {
            urgentInline = value;
        } else {
            quickAck = value;
        }
    }

    private void setNumber(SocketOption<?> name, int value) {
        if (name.equals(StandardSocketOptions.SO_LINGER)) {
            lingerSeconds = value < 0 ? -1 : Math.min(value, 65_535);
            return;
        }
        if (name.equals(StandardSocketOptions.IP_TOS)) {
            trafficClass = checkedTrafficClass(value);
            return;
        }
        if (value < 0) {
            throw invalid(value);
        }
        if (name.equals(StandardSocketOptions.SO_SNDBUF)) {
            sendBufferBytes = Math.max(LEAST_BUFFER, Math.min(value, maximumBufferBytes));
            fixedSendBuffer = true;
        } else if (name.equals(StandardSocketOptions.SO_RCVBUF)) {
            receiveBufferBytes = Math.max(LEAST_BUFFER, Math.min(value, maximumBufferBytes));
            fixedReceiveBuffer = true;
        } else if (name.equals(StreamSocketOptions.TCP_USER_TIMEOUT)) {
            userTimeoutMillis = value;
        } else {
            setKeepAliveNumber(name, value);
        }
    }

    private static int checkedTrafficClass(int value) {
        if ((value & ~0xff) != 0) {
            throw new IllegalArgumentException("Invalid IP_TOS value");
        }
        return value;
    }

    private void setKeepAliveNumber(SocketOption<?> name, int value) {
        // Linux's limits.
        if (value <= 0 || value > (name.equals(ExtendedOptions.TCP_KEEPCOUNT) ? 127 : 32_767)) {
            throw invalid(value);
        }
        if (name.equals(ExtendedOptions.TCP_KEEPIDLE)) {
            keepIdleSeconds = value;
        } else if (name.equals(ExtendedOptions.TCP_KEEPINTERVAL)) {
            keepIntervalSeconds = value;
        } else {
            keepCount = value;
        }
    }

    /**
     * The value of an option. Thread: any.
     *
     * @throws UnsupportedOperationException if there is no such option
     */
    public Object get(SocketOption<?> name) {
        check(name);
        if (name.type() == Boolean.class) {
            return flag(name);
        }
        if (name.equals(StreamSocketOptions.TCP_CONGESTION)) {
            return congestion.optionName();
        }
        if (name.equals(StandardSocketOptions.SO_LINGER)) {
            return lingerSeconds;
        }
        if (name.equals(StandardSocketOptions.SO_SNDBUF)) {
            return sendBufferBytes;
        }
        if (name.equals(StandardSocketOptions.SO_RCVBUF)) {
            return receiveBufferBytes;
        }
        if (name.equals(StandardSocketOptions.IP_TOS)) {
            return trafficClass;
        }
        if (name.equals(StreamSocketOptions.TCP_USER_TIMEOUT)) {
            return userTimeoutMillis;
        }
        if (name.equals(ExtendedOptions.TCP_KEEPIDLE)) {
            return keepIdleSeconds;
        }
        return name.equals(ExtendedOptions.TCP_KEEPINTERVAL) ? keepIntervalSeconds : keepCount;
    }

    private Boolean flag(SocketOption<?> name) {
        if (name.equals(StandardSocketOptions.SO_KEEPALIVE)) {
            return keepAlive;
        }
        if (name.equals(StandardSocketOptions.SO_REUSEADDR)) {
            return reuseAddress;
        }
        if (name.equals(StandardSocketOptions.SO_REUSEPORT)) {
            return reusePort;
        }
        if (name.equals(StreamSocketOptions.TCP_CORK)) {
            return cork;
        }
        if (name.equals(StreamSocketOptions.SO_OOBINLINE)) {
            return urgentInline;
        }
        return name.equals(StandardSocketOptions.TCP_NODELAY) ? noDelay : !Boolean.FALSE.equals(quickAck);
    }

    private static void check(SocketOption<?> name) {
        if (!OF_STREAMS.contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    private static IllegalArgumentException invalid(Object value) {
        return new IllegalArgumentException("Invalid value '" + value + "'");
    }
}
