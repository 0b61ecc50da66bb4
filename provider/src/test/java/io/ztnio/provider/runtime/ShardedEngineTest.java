package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines with several stacks on a planet on loopback, with real sockets, threads and time. */
@Timeout(120)
class ShardedEngineTest {
    private static final int LENGTH = 300_000;
    private static final Map<String, String> THREE = Map.of("ztnio.threads", "3");

    private static LoopbackPlanet planet;
    private static LoopbackPlanet.Member one;
    private static LoopbackPlanet.Member two;
    private static LoopbackPlanet.Member plain;

    @BeforeAll
    static void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
        one = planet.join(THREE);
        two = planet.join(THREE);
        plain = planet.join(Map.of("ztnio.threads", "0"));
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
        assertThat(shardThreads()).isEmpty();
    }

    private static Set<Thread> shardThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ztnio-shard-"))
                .collect(Collectors.toSet());
    }

    @Test
    void connectionsOfManyThreadsBothWaysCarryEveryByte() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocketChannel here = listen(one, one.ipv4());
                ServerSocketChannel there = listen(two, two.ipv6())) {
            Future<?> unusedHere = threads.submit(() -> echoAll(here, threads));
            Future<?> unusedThere = threads.submit(() -> echoAll(there, threads));
            List<Future<Long>> transfers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                long seed = i;
                transfers.add(threads.submit(() -> exchange(two, here.getLocalAddress(), seed)));
                transfers.add(threads.submit(() -> exchange(one, there.getLocalAddress(), seed)));
                transfers.add(threads.submit(() -> exchange(plain, here.getLocalAddress(), seed)));
            }
            for (int i = 0; i < transfers.size(); i++) {
                assertThat(transfers.get(i).get(100, TimeUnit.SECONDS))
                        .as("seed %d", i / 3)
                        .isEqualTo(digest(i / 3));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(shardThreads()).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void aSelectorServesConnectionsOfEveryShard() throws Exception {
        int clients = 24;
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocketChannel listener = listen(one, one.ipv4());
                Selector selector = one.provider().openSelector()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            Future<?> server = threads.submit(() -> serve(selector, clients));
            List<Future<Long>> transfers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                long seed = i;
                LoopbackPlanet.Member from = i % 2 == 0 ? two : plain;
                transfers.add(threads.submit(() -> exchange(from, listener.getLocalAddress(), seed)));
            }
            for (int i = 0; i < clients; i++) {
                assertThat(transfers.get(i).get(100, TimeUnit.SECONDS)).isEqualTo(digest(i));
            }
            server.get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPortComesFreeWhenItsListenerIsClosed() throws Exception {
        ServerSocketChannel first = listen(one, one.ipv4());
        InetSocketAddress address = (InetSocketAddress) first.getLocalAddress();
        for (int i = 0; i < 20; i++) {
            try (SocketChannel client = two.provider().openSocketChannel()) {
                client.connect(address);
                first.close();
                first = one.provider().openServerSocketChannel();
                first.bind(address);
            }
        }
        first.close();
    }

    @Test
    void aBoundPortDoesNotDecideWhetherAConnectWorks() throws Exception {
        try (ServerSocketChannel listener = listen(two, two.ipv4())) {
            for (int i = 0; i < 20; i++) {
                try (SocketChannel client = one.provider().openSocketChannel()) {
                    client.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                    client.bind(new InetSocketAddress(one.ipv4(), 20_000 + i));
                    client.connect(listener.getLocalAddress());
                    try (SocketChannel accepted = listener.accept()) {
                        assertThat(accepted.getRemoteAddress())
                                .isEqualTo(new InetSocketAddress(one.ipv4(), 20_000 + i));
                    }
                }
            }
        }
    }

    @Test
    void datagramsNeedNoShard() throws Exception {
        try (DatagramChannel a = one.provider().openDatagramChannel();
                DatagramChannel b = two.provider().openDatagramChannel()) {
            a.bind(new InetSocketAddress(one.ipv4(), 0));
            b.connect(a.getLocalAddress());
            b.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer received = ByteBuffer.allocate(10);

            a.receive(received);

            assertThat(received.position()).isEqualTo(3);
        }
    }

    @Test
    void whatWasWrittenBeforeTheEndOfTheEngineArrivesAndItsThreadsEnd() throws Exception {
        Set<Thread> before = shardThreads();
        LoopbackPlanet.Member shortLived = planet.join(THREE);
        Set<Thread> own = shardThreads();
        own.removeAll(before);
        assertThat(own).hasSize(3);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocketChannel listener = listen(one, one.ipv4())) {
            List<Future<Integer>> received = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SocketChannel channel = shortLived.provider().openSocketChannel();
                channel.connect(listener.getLocalAddress());
                SocketChannel accepted = listener.accept();
                received.add(threads.submit(() -> count(accepted)));
                channel.write(ByteBuffer.allocate(LENGTH));
            }

            shortLived.networks().close();

            for (Future<Integer> each : received) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(LENGTH);
            }
            assertThat(own).noneMatch(Thread::isAlive);
        } finally {
            threads.shutdownNow();
        }
    }

    private static ServerSocketChannel listen(LoopbackPlanet.Member member, InetAddress address) throws IOException {
        return member.provider().openServerSocketChannel().bind(new InetSocketAddress(address, 0), 200);
    }

    private static byte[] data(long seed) {
        byte[] data = new byte[LENGTH];
        new Random(seed).nextBytes(data);
        return data;
    }

    private static long digest(long seed) {
        CRC32 digest = new CRC32();
        digest.update(data(seed));
        return digest.getValue();
    }

    /** Writes on this thread and another what an echo gives back; returns the digest of that. */
    private static long exchange(LoopbackPlanet.Member member, SocketAddress to, long seed) throws Exception {
        try (SocketChannel channel = member.provider().openSocketChannel()) {
            channel.connect(to);
            Thread writer = new Thread(() -> {
                try {
                    channel.write(ByteBuffer.wrap(data(seed)));
                    channel.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            CRC32 digest = new CRC32();
            ByteBuffer buffer = ByteBuffer.allocate(32_768);
            while (channel.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
            writer.join();
            return digest.getValue();
        }
    }

    private static Void echoAll(ServerSocketChannel listener, ExecutorService threads) throws IOException {
        while (true) {
            SocketChannel accepted = listener.accept();
            Callable<Void> echo = () -> {
                try (accepted) {
                    ByteBuffer buffer = ByteBuffer.allocate(32_768);
                    while (accepted.read(buffer.clear()) >= 0) {
                        accepted.write(buffer.flip());
                    }
                }
                return null;
            };
            Future<?> unused = threads.submit(echo);
        }
    }

    private static Void serve(Selector selector, int connections) throws IOException {
        int ended = 0;
        while (ended < connections) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
                    if (accepted != null) {
                        accepted.configureBlocking(false);
                        accepted.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(16_384));
                    }
                } else if (key.isValid() && echo(key)) {
                    key.channel().close();
                    ended++;
                }
            }
            selector.selectedKeys().clear();
        }
        return null;
    }

    /** Moves bytes back; true at the end. */
    private static boolean echo(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer buffer = (ByteBuffer) key.attachment();
        int count = channel.read(buffer);
        buffer.flip();
        channel.write(buffer);
        boolean left = buffer.hasRemaining();
        buffer.compact();
        key.interestOps(left ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_READ);
        return count < 0 && !left;
    }

    private static int count(SocketChannel channel) throws IOException {
        int sum = 0;
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(32_768);
            for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer.clear())) {
                sum += count;
            }
        }
        return sum;
    }
}
