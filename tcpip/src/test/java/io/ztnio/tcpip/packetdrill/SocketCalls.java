package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.packetdrill.SystemCall.Result;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Script.Call;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The system calls of scripts, over the endpoints of the stack.
 */
final class SocketCalls {
    private static final int FIRST = 3;
    private static final int PORT = 8080;

    private final Settings settings;
    private final Supplier<VirtualHost> host;
    private final OptionCalls options;
    private final TransferCalls transfers;
    private final TreeMap<Integer, Descriptor> open = new TreeMap<>();

    /** Those that are closed too. */
    private final List<Descriptor> all = new ArrayList<>();

    /** @param host the stack, made when it is first asked for */
    SocketCalls(Settings settings, Supplier<VirtualHost> host) {
        this.settings = settings;
        this.host = host;
        this.options = new OptionCalls(settings);
        this.transfers = new TransferCalls();
    }

    /** The sockets that are open. */
    Map<Integer, Descriptor> open() {
        return open;
    }

    /** What was written so far to a connection, or -1 if it is nobody's. */
    long written(Conversation flow) {
        return all.stream()
                .filter(socket -> socket.isBetween(flow))
                .mapToLong(socket -> socket.written)
                .findFirst()
                .orElse(-1);
    }

    /** The socket that listens, the last if there are several, or {@code null}. */
    Descriptor listening() {
        return open.values().stream().filter(socket -> socket.listener != null).reduce(null, (first, last) -> last);
    }

    /** The port that packets of the peer go to if there is no connection. */
    int boundPort() {
        return open.values().stream()
                .filter(socket -> socket.bound != null)
                .map(socket -> socket.bound.getPort())
                .reduce(PORT, (first, last) -> last);
    }

    /**
     * A call that begins now.
     *
     * @throws OutOfScope for a call that is not known here
     */
    SystemCall begin(Call call) {
        if (call.name().equals("socket")) {
            return () -> socket(call);
        }
        if (call.name().equals("poll")) {
            return new PollCall(open, call, host.get());
        }
        int number = (int) Numbers.of(call.argument(0));
        Descriptor socket = open.get(number);
        if (socket == null) {
            return () -> Result.failure("EBADF");
        }
        return switch (call.name()) {
            case "bind" -> () -> bind(socket);
            case "listen" -> () -> listen(socket, (int) Numbers.of(call.argument(1)));
            case "accept", "accept4" -> () -> accept(socket, call.result());
            case "connect" -> connect(socket);
            case "close" -> () -> close(number, socket);
            case "shutdown" -> () -> shutdown(socket, call.argument(1));
            case "fcntl" -> () -> control(socket, call);
            case "setsockopt" -> () -> options.set(socket, call.argument(2).toString(), call.argument(3));
            case "getsockopt" -> () -> options.get(socket, call.argument(2).toString(), call.argument(3));
            default -> transfers.begin(call, socket);
        };
    }

    /**
     * Numbers are names that the script chooses by the result it expects.
     *
     * @return the lowest that is free if it chooses none
     */
    private Result add(Descriptor made, Value expected) {
        int number = FIRST;
        if (expected instanceof Value.Int wanted && wanted.number() >= 0) {
            number = (int) wanted.number();
        } else {
            while (open.containsKey(number)) {
                number++;
            }
        }
        open.put(number, made);
        all.add(made);
        return Result.of(number);
    }

    private Result socket(Call call) {
        boolean stream = call.argument(1).has("SOCK_STREAM");
        boolean udp = call.argument(2).has("IPPROTO_UDP");
        if (stream == udp) {
            return Result.failure("EPROTONOSUPPORT");
        }
        if (!stream && !call.argument(1).has("SOCK_DGRAM")) {
            throw new OutOfScope("sockets of type " + call.argument(1));
        }
        Descriptor made = new Descriptor();
        if (udp) {
            made.datagram = host.get().openDatagram();
        }
        return add(made, call.result());
    }

    private Result bind(Descriptor socket) throws IOException {
        socket.bound = VirtualHost.wildcard(settings.v6, PORT);
        if (socket.datagram != null) {
            socket.datagram.bind(socket.bound);
        }
        return Result.DONE;
    }

    private Result listen(Descriptor socket, int backlog) throws IOException {
        if (socket.listener == null) {
            if (socket.bound == null) {
                throw new OutOfScope("listening without bind");
            }
            socket.listener = host.get().openListener();
            socket.applyOptions();
            socket.listener.bind(socket.bound);
        }
        socket.listener.listen(Math.max(1, backlog));
        return Result.DONE;
    }

    private Result accept(Descriptor socket, Value expected) throws IOException {
        if (socket.listener == null) {
            return Result.failure("EINVAL");
        }
        StreamEndpoint accepted = socket.listener.accept();
        if (accepted == null) {
            return socket.nonBlocking ? Result.failure("EAGAIN") : null;
        }
        Descriptor made = new Descriptor();
        made.stream = accepted;
        return add(made, expected);
    }

    private SystemCall connect(Descriptor socket) {
        InetSocketAddress remote = new InetSocketAddress(settings.remoteAddress, PORT);
        boolean again = socket.connecting;
        boolean[] started = {again};
        return () -> {
            if (socket.datagram != null) {
                socket.datagram.connect(remote);
                return Result.DONE;
            }
            if (!started[0]) {
                if (socket.stream == null) {
                    socket.stream = host.get().openStream();
                    socket.applyOptions();
                    if (socket.bound != null) {
                        socket.stream.bind(socket.bound);
                    }
                }
                socket.stream.connect(remote);
                socket.connecting = true;
                started[0] = true;
                if (socket.nonBlocking) {
                    return Result.failure("EINPROGRESS");
                }
            }
            if (socket.stream.finishConnect()) {
                socket.connecting = false;
                return Result.DONE;
            }
            return socket.nonBlocking ? Result.failure("EALREADY") : null;
        };
    }

    private Result close(int number, Descriptor socket) {
        open.remove(number);
        if (socket.endpoint() != null) {
            socket.endpoint().close();
        }
        return Result.DONE;
    }

    private static Result shutdown(Descriptor socket, Value how) throws IOException {
        if (socket.stream == null) {
            return Result.failure("ENOTCONN");
        }
        if (how.has("SHUT_RD") || how.has("SHUT_RDWR")) {
            socket.stream.shutdownInput();
        }
        if (how.has("SHUT_WR") || how.has("SHUT_RDWR")) {
            socket.stream.shutdownOutput();
        }
        return Result.DONE;
    }

    private static Result control(Descriptor socket, Call call) {
        if (call.argument(1).has("F_GETFL")) {
            return Result.of(socket.nonBlocking ? 0x802 : 2);
        }
        if (!call.argument(1).has("F_SETFL")) {
            throw new OutOfScope("fcntl " + call.argument(1));
        }
        socket.nonBlocking = call.argument(2).has("O_NONBLOCK");
        return Result.DONE;
    }
}
