package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ExtendedOptions;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import io.ztnio.tcpip.packetdrill.SystemCall.Result;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Map;

/** {@code setsockopt} and {@code getsockopt}. */
final class OptionCalls {
    private static final Map<String, SocketOption<Boolean>> FLAGS = Map.of(
            "SO_REUSEADDR", StandardSocketOptions.SO_REUSEADDR,
            "SO_REUSEPORT", StandardSocketOptions.SO_REUSEPORT,
            "SO_KEEPALIVE", StandardSocketOptions.SO_KEEPALIVE,
            "SO_OOBINLINE", StreamSocketOptions.SO_OOBINLINE,
            "TCP_NODELAY", StandardSocketOptions.TCP_NODELAY,
            "TCP_CORK", StreamSocketOptions.TCP_CORK,
            "TCP_QUICKACK", ExtendedOptions.TCP_QUICKACK);

    private static final Map<String, SocketOption<Integer>> NUMBERS = Map.of(
            "SO_SNDBUF", StandardSocketOptions.SO_SNDBUF,
            "SO_RCVBUF", StandardSocketOptions.SO_RCVBUF,
            "IP_TOS", StandardSocketOptions.IP_TOS,
            "IPV6_TCLASS", StandardSocketOptions.IP_TOS,
            "TCP_USER_TIMEOUT", StreamSocketOptions.TCP_USER_TIMEOUT,
            "TCP_KEEPIDLE", ExtendedOptions.TCP_KEEPIDLE,
            "TCP_KEEPINTVL", ExtendedOptions.TCP_KEEPINTERVAL,
            "TCP_KEEPCNT", ExtendedOptions.TCP_KEEPCOUNT);

    private final Settings settings;

    OptionCalls(Settings settings) {
        this.settings = settings;
    }

    /** Sets an option; with what value the arguments say. */
    Result set(Descriptor socket, String name, Value value) {
        Value single = single(value);
        if (FLAGS.containsKey(name)) {
            socket.option(FLAGS.get(name), number(single) != 0);
        } else if (name.equals("SO_SNDBUF") && settings.doublesSendBuffer) {
            socket.option(StandardSocketOptions.SO_SNDBUF, 2 * (int) number(single));
        } else if (NUMBERS.containsKey(name)) {
            socket.option(NUMBERS.get(name), (int) number(single));
        } else if (name.equals("IP_MTU_DISCOVER")) {
            // Whether fragments may be made of them, which segments of TCP never need.
            return Result.DONE;
        } else if (name.equals("SO_LINGER") && single instanceof Value.Struct linger) {
            boolean on = linger.field("onoff").map(OptionCalls::number).orElse(0L) != 0;
            int seconds =
                    linger.field("linger").map(OptionCalls::number).orElse(0L).intValue();
            socket.option(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
        } else if (name.equals("TCP_CONGESTION") && single instanceof Value.Text text) {
            socket.option(StreamSocketOptions.TCP_CONGESTION, text.content());
        } else {
            throw new OutOfScope("socket option " + name);
        }
        return Result.DONE;
    }

    /**
     * Reads an option and compares it.
     *
     * @throws Difference if it is not what the script says
     */
    Result get(Descriptor socket, String name, Value expected) {
        if (name.equals("SO_RCVBUF") && settings.freeBsd) {
            // A constant of FreeBSD, which rounds it to whole segments once it knows their size.
            return Result.DONE;
        }
        Value single = single(expected);
        String value = read(socket, name);
        String wanted = single instanceof Value.Name error && name.equals("SO_ERROR")
                ? error.word()
                : single instanceof Value.Text text ? text.content() : String.valueOf(number(single));
        if (!value.equals(wanted)) {
            throw new Difference("expected " + name + " " + wanted + ", it is " + value);
        }
        return Result.DONE;
    }

    /** What is in the brackets of a value that the kernel is told by its address. */
    static Value single(Value value) {
        return value instanceof Value.Items items && items.items().size() == 1
                ? items.items().get(0)
                : value;
    }

    private String read(Descriptor socket, String name) {
        if (name.equals("SO_ERROR")) {
            return error(socket);
        }
        if (FLAGS.containsKey(name)) {
            Boolean flag = socket.option(FLAGS.get(name));
            return flag != null && flag ? "1" : "0";
        }
        if (!NUMBERS.containsKey(name)) {
            throw new OutOfScope("socket option " + name);
        }
        Integer number = socket.option(NUMBERS.get(name));
        if (number == null) {
            throw new OutOfScope("the default of " + name);
        }
        return number.toString();
    }

    /**
     * The error that waits, which is gone then. The stack tells it to who connects, or to the next write; one of nothing
     * sends nothing.
     */
    private static String error(Descriptor socket) {
        if (socket.stream == null || socket.stream.remoteAddress() == null) {
            return "0";
        }
        boolean failed = (socket.stream.readiness() & Endpoint.FAILED) != 0;
        if (!failed || socket.errorTold) {
            return "0";
        }
        socket.errorTold = true;
        try {
            if (socket.connecting) {
                return socket.stream.finishConnect() ? writeError(socket) : "0";
            }
            return writeError(socket);
        } catch (IOException reason) {
            return Errors.name(reason);
        }
    }

    private static String writeError(Descriptor socket) throws IOException {
        socket.stream.write(ByteBuffer.allocate(0));
        return "0";
    }

    private static long number(Value value) {
        return Numbers.of(value);
    }
}
