package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.packetdrill.SystemCall.Result;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Script.Call;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Calls that read and write. What is written is a pattern, and what is read is checked to be one. */
final class TransferCalls {
    private static final Set<String> KNOWN_FLAGS =
            Set.of("MSG_PEEK", "MSG_DONTWAIT", "MSG_OOB", "MSG_NOSIGNAL", "MSG_TRUNC");

    /** @throws OutOfScope for a call that is not known here */
    SystemCall begin(Call call, Descriptor socket) {
        return switch (call.name()) {
            case "read" -> () -> read(socket, length(call, 2), new Value.Int(0));
            case "recv", "recvfrom" -> () -> read(socket, length(call, 2), call.argument(3));
            case "recvmsg" -> () -> read(socket, vectorLength(call.argument(1)), call.argument(2));
            case "readv" -> () -> read(socket, itemsLength(call.argument(1)), new Value.Int(0));
            case "write" -> new Write(socket, length(call, 2), new Value.Int(0));
            case "send", "sendto" -> new Write(socket, length(call, 2), call.argument(3));
            case "sendmsg" -> new Write(socket, vectorLength(call.argument(1)), call.argument(2));
            case "writev" -> new Write(socket, itemsLength(call.argument(1)), new Value.Int(0));
            case "ioctl" -> () -> control(socket, call);
            default -> throw new OutOfScope("system call " + call.name());
        };
    }

    private static int length(Call call, int index) {
        return (int) Numbers.of(call.argument(index));
    }

    private static int vectorLength(Value message) {
        if (!(message instanceof Value.Struct struct)) {
            throw new OutOfScope("a message without structure");
        }
        if (struct.field("msg_control").isPresent()) {
            throw new OutOfScope("control messages");
        }
        return itemsLength(struct.field("msg_iov").orElse(new Value.Items(List.of())));
    }

    private static int itemsLength(Value vector) {
        int length = 0;
        if (vector instanceof Value.Items items) {
            for (Value item : items.items()) {
                length += item instanceof Value.Struct part
                        ? (int) Numbers.of(part.fields().get(1).value())
                        : 0;
            }
        }
        return length;
    }

    /** @throws OutOfScope for a flag that is not ours */
    private static void check(Value flags) {
        if (flags instanceof Value.Flags several) {
            several.parts().forEach(TransferCalls::check);
        } else if (flags instanceof Value.Int number ? number.number() != 0 : !KNOWN_FLAGS.contains(flags.toString())) {
            throw new OutOfScope("flag " + flags);
        }
    }

    private static boolean mayWait(Descriptor socket, Value flags) {
        return !socket.nonBlocking && !flags.has("MSG_DONTWAIT");
    }

    private static Result read(Descriptor socket, int length, Value flags) throws IOException {
        check(flags);
        if (flags.has("MSG_OOB")) {
            throw new OutOfScope("flag MSG_OOB of reads");
        }
        if (socket.datagram != null) {
            ByteBuffer into = ByteBuffer.allocate(length);
            boolean came = socket.datagram.receive(into) != null;
            return came ? Result.of(into.position()) : waiting(socket, flags);
        }
        if (socket.stream == null) {
            return Result.failure("ENOTCONN");
        }
        if (flags.has("MSG_PEEK") && socket.stream.available() > 0) {
            return Result.of(Math.min(length, socket.stream.available()));
        }
        ByteBuffer into = ByteBuffer.allocate(length);
        int count = socket.stream.read(into);
        if (count == 0 && length > 0) {
            boolean ends = (socket.stream.readiness() & Endpoint.READABLE) != 0 && socket.stream.available() == 0;
            return ends && !socket.stream.isOpen() ? Result.of(0) : waiting(socket, flags);
        }
        for (int i = 0; i < count; i++) {
            if (into.get(i) != Segments.payload(socket.read + i) && !socket.urgent) {
                throw new Difference("byte " + (socket.read + i) + " of the stream is not what the peer has sent");
            }
        }
        socket.read += Math.max(0, count);
        return Result.of(Math.max(0, count));
    }

    private static Result waiting(Descriptor socket, Value flags) {
        return mayWait(socket, flags) ? null : Result.failure("EAGAIN");
    }

    /** A write, which blocks until all is taken. */
    private static final class Write implements SystemCall {
        private final Descriptor socket;
        private final int length;
        private final Value flags;
        private int done;

        Write(Descriptor socket, int length, Value flags) {
            this.socket = socket;
            this.length = length;
            this.flags = flags;
        }

        @Override
        public Result attempt() throws IOException {
            check(flags);
            if (socket.datagram != null) {
                int sent = socket.datagram.send(pattern(0, length), null);
                return sent > 0 || length == 0 ? Result.of(sent) : waiting(socket, flags);
            }
            if (socket.stream == null) {
                return Result.failure("EPIPE");
            }
            if (flags.has("MSG_OOB")) {
                return urgent();
            }
            if (done > 0 && (socket.stream.readiness() & Endpoint.WRITABLE) == 0) {
                return waiting(socket, flags);
            }
            int taken = socket.stream.write(pattern(socket.written, length - done));
            socket.written += taken;
            done += taken;
            if (done == length) {
                return Result.of(length);
            }
            if (mayWait(socket, flags)) {
                return null;
            }
            return done > 0 ? Result.of(done) : Result.failure("EAGAIN");
        }

        private Result urgent() throws IOException {
            int before = length - 1;
            if (before > 0) {
                socket.written += socket.stream.write(pattern(socket.written, before));
            }
            boolean taken = socket.stream.sendUrgent(Segments.payload(socket.written));
            socket.written++;
            return taken ? Result.of(length) : Result.failure("EAGAIN");
        }
    }

    private static ByteBuffer pattern(long position, int length) {
        ByteBuffer out = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            out.put(Segments.payload(position + i));
        }
        return out.flip();
    }

    private static Result control(Descriptor socket, Call call) {
        String what = call.argument(1).toString();
        if (socket.stream == null || !Set.of("SIOCINQ", "FIONREAD", "SIOCOUTQ").contains(what)) {
            throw new OutOfScope("ioctl " + what);
        }
        long value = what.equals("SIOCOUTQ") ? socket.stream.unsent() : socket.stream.available();
        Value expected = OptionCalls.single(call.argument(2));
        if (Numbers.of(expected) != value) {
            throw new Difference("expected " + what + " " + expected + ", it is " + value);
        }
        return Result.DONE;
    }
}
