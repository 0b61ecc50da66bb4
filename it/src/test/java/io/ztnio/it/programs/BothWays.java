package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Transfers both ways at once: each end of each connection writes so many bytes, ends its stream, and checks what it reads; or
 * one end echoes, and reads nothing while its answer does not go out.
 * The calling end prints {@code connected}, then {@code transfer <n>: <bytes> bytes each way in <s> s, longest pause <s> s} for each and exits with 1
 * if one is wrong or stands still for two minutes. The other prints {@code listening on <address>}.
 *
 * <p>Arguments: {@code serve}, {@code echo} or {@code call}, address, port, bytes each way, and to call the number of connections.
 */
public final class BothWays {
    private static final long STILL_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int BLOCK_BYTES = 64 << 10;

    /** Small segments take a kernel more memory than they carry. */
    private static final int MOST_AT_ONCE = 3000;

    private BothWays() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
        long length = Long.parseLong(args[3]);
        if (args[0].equals("call")) {
            System.exit(call(address, length, Integer.parseInt(args[4])) ? 0 : 1);
        } else {
            serve(address, length, args[0].equals("echo"));
        }
    }

    private static void serve(InetSocketAddress address, long length, boolean echo) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(address, 100);
            System.out.println("listening on " + server.getLocalAddress());
            for (int number = 1; ; number++) {
                Transfer transfer = new Transfer(number, server.accept(), length);
                if (echo) {
                    transfer.startEcho();
                } else {
                    transfer.start();
                }
            }
        }
    }

    private static boolean call(InetSocketAddress address, long length, int count)
            throws IOException, InterruptedException {
        List<Transfer> transfers = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            Transfer transfer = new Transfer(number, PatientConnect.open(address), length);
            transfers.add(transfer);
            transfer.start();
        }
        System.out.println("connected");
        boolean good = true;
        for (Transfer transfer : transfers) {
            while (!transfer.ended.await(100, TimeUnit.MILLISECONDS)) {
                for (Transfer each : transfers) {
                    if (each.look()) {
                        System.out.println("stands still: " + each);
                        return false;
                    }
                }
            }
            System.out.println(transfer);
            good &= transfer.failure == null;
        }
        return good;
    }

    private static byte byteAt(long position) {
        return (byte) (position * 31 + (position >>> 8) * 7);
    }

    /** One connection, with a thread each way. */
    private static final class Transfer {
        private final int number;
        private final SocketChannel channel;
        private final long length;
        private final CountDownLatch ended = new CountDownLatch(2);
        private final long startNanos = System.nanoTime();
        private volatile long written;
        private volatile long read;
        private volatile long endNanos = startNanos;
        private volatile Exception failure;

        // Of who watches.
        private long seen;
        private long seenNanos = startNanos;
        private long longestPauseNanos;

        Transfer(int number, SocketChannel channel, long length) {
            this.number = number;
            this.channel = channel;
            this.length = length;
        }

        void start() throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            thread(this::write);
            thread(this::read);
        }

        void startEcho() {
            ended.countDown();
            thread(this::echo);
        }

        private interface Work {
            void run() throws IOException;
        }

        private void thread(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    failure = e;
                    System.out.println("failed: " + this);
                }
                endNanos = System.nanoTime();
                ended.countDown();
                if (ended.getCount() == 0) {
                    close();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                failure = e;
            }
        }

        private void write() throws IOException {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (long position = 0; position < length; position = written) {
                int size = (int) Math.min(1 + position * 7919 % MOST_AT_ONCE, length - position);
                block.clear().limit(size);
                for (int i = 0; i < size; i++) {
                    block.put(i, byteAt(position + i));
                }
                while (block.hasRemaining()) {
                    written = position + block.position() + channel.write(block);
                }
                written = position + size;
            }
            channel.shutdownOutput();
        }

        private void read() throws IOException {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (int count = channel.read(block); count >= 0; count = channel.read(block.clear())) {
                for (int i = 0; i < count; i++) {
                    if (block.get(i) != byteAt(read + i)) {
                        throw new IOException("another byte than was written at " + (read + i));
                    }
                }
                long total = read + count;
                read = total;
            }
            if (read != length) {
                throw new IOException("the stream ends too early");
            }
        }

        private void echo() throws IOException {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            while (channel.read(block.clear()) >= 0) {
                block.flip();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.shutdownOutput();
        }

        /** Notes progress; true if there was none for too long. */
        boolean look() {
            long now = System.nanoTime();
            long progress = written + read + 2 - ended.getCount();
            longestPauseNanos = Math.max(longestPauseNanos, (ended.getCount() == 0 ? endNanos : now) - seenNanos);
            if (progress != seen) {
                seen = progress;
                seenNanos = now;
            } else if (ended.getCount() == 0) {
                seenNanos = endNanos;
            }
            return ended.getCount() > 0 && now - seenNanos > STILL_NANOS;
        }

        @Override
        public String toString() {
            String state = "transfer %d: %d bytes each way in %.1f s, longest pause %.1f s"
                    .formatted(number, length, (endNanos - startNanos) / 1e9, longestPauseNanos / 1e9);
            return ended.getCount() == 0 && failure == null
                    ? state
                    : state + ", written " + written + ", read " + read + ", " + failure;
        }
    }
}
