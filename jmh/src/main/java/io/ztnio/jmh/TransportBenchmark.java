package io.ztnio.jmh;

import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Datagrams of one length through two sockets of the loopback interface, in runs of 32; an operation is one of them. With {@code
 * -jvmArgsAppend --enable-native-access=ALL-UNNAMED} on JDK 22 and newer {@link Way#TRANSPORT} is the one with offload.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class TransportBenchmark {
    /** As many as a receive buffer holds without settings of the system. */
    static final int RUN = 32;

    /** Whose sockets. */
    public enum Way {
        /** The JDK's channel, datagram by datagram. */
        CHANNEL,
        /** A node's. */
        TRANSPORT
    }

    private interface Ends extends AutoCloseable {
        void send();

        int receive() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Two sockets, and what goes from one to the other. */
    @State(Scope.Thread)
    public static class Sockets {
        @Param
        public Way way;

        @Param({"64", "1432"})
        public int length;

        private Ends ends;

        @Setup
        public void open() throws IOException {
            ends = way == Way.CHANNEL ? new Channels(length) : new Transports(length);
        }

        @TearDown
        public void close() throws IOException {
            ends.close();
        }
    }

    /** The run lies there before it is received. */
    public static class Sent extends Sockets {
        @Setup(Level.Invocation)
        public void send() {
            super.ends.send();
        }
    }

    /** Datagrams that did arrive; the system may have had no room. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Arrived {
        public long arrived;
    }

    /** Sent, and taken out of the way by the system when nobody reads. */
    @Benchmark
    @OperationsPerInvocation(RUN)
    public void send(Sockets sockets) {
        sockets.ends.send();
    }

    @Benchmark
    @OperationsPerInvocation(RUN)
    public void receive(Sent sockets, Arrived counter) throws IOException {
        counter.arrived += ((Sockets) sockets).ends.receive();
    }

    @Benchmark
    @OperationsPerInvocation(RUN)
    public void sendAndReceive(Sockets sockets, Arrived counter) throws IOException {
        sockets.ends.send();
        counter.arrived += sockets.ends.receive();
    }

    private static final class Channels implements Ends {
        private final DatagramChannel from;
        private final DatagramChannel to;
        private final InetSocketAddress target;
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocateDirect(2048);

        Channels(int length) throws IOException {
            from = open();
            to = open();
            to.configureBlocking(false);
            target = (InetSocketAddress) to.getLocalAddress();
            out = ByteBuffer.allocateDirect(length);
        }

        private static DatagramChannel open() throws IOException {
            return OsProvider.get()
                    .openDatagramChannel()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }

        @Override
        public void send() {
            try {
                for (int i = 0; i < RUN; i++) {
                    from.send(out.clear(), target);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int receive() throws IOException {
            int count = 0;
            while (count < RUN && to.receive(in.clear()) != null) {
                count++;
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            from.close();
            to.close();
        }
    }

    private static final class Transports implements Ends {
        private final DatagramTransport from;
        private final DatagramTransport to;
        private final InetSocketAddress target;
        private final byte[] out;
        private final DatagramBatch in = new DatagramBatch();

        Transports(int length) throws IOException {
            from = open();
            to = open();
            target = to.localAddresses().get(0);
            out = new byte[length];
            System.out.println("# datagrams: " + from.description());
        }

        private static DatagramTransport open() throws IOException {
            return DatagramTransport.open(
                    OsProvider.get(),
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    UdpOffload.AUTO);
        }

        @Override
        public void send() {
            for (int i = 0; i < RUN; i++) {
                from.send(0, target, out, 0, out.length);
            }
            from.flush();
        }

        @Override
        public int receive() {
            int count = 0;
            int got;
            do {
                in.clear();
                to.receive(in);
                got = in.size();
                count += got;
            } while (got > 0 && count < RUN);
            return count;
        }

        @Override
        public void close() throws IOException {
            from.close();
            to.close();
        }
    }
}
