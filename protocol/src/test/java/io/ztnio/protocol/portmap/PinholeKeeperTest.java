package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread and its sockets, against a router at ::1. */
@Timeout(120)
class PinholeKeeperTest {
    private static final int PORT = 41641;
    private static final int WAIT_SECONDS = 60;
    private static final int MAP_BYTES = 60;

    private final InetAddress loopback = SocketAddressField.parseAddress("::1").orElseThrow();
    private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<InetSocketAddress>> told = new LinkedBlockingQueue<>();
    private final AtomicReference<InetSocketAddress> external = new AtomicReference<>();
    private DatagramSocket router;

    @BeforeEach
    void startRouter() {
        try {
            router = new DatagramSocket(new InetSocketAddress(loopback, 0));
        } catch (IOException e) {
            assumeThat(e).as("IPv6").isNull();
        }
        external.set(new InetSocketAddress(loopback, PORT));
        Thread thread = new Thread(this::route);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stopRouter() {
        if (router != null) {
            router.close();
        }
    }

    /** RFC 6887 section 11: grants what is asked for. */
    private void route() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                router.receive(packet);
                byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
                requests.add(request);
                byte[] answer = Arrays.copyOf(request, MAP_BYTES);
                Arrays.fill(answer, 8, 24, (byte) 0);
                answer[1] = (byte) 0x81;
                answer[3] = 0;
                BigEndian.putInt(answer, 8, 1);
                BigEndian.putShort(answer, 42, external.get().getPort());
                System.arraycopy(external.get().getAddress().getAddress(), 0, answer, 44, 16);
                router.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private PinholeKeeper start() throws IOException {
        return PinholeKeeper.start(
                SelectorProvider.provider(),
                Set.of(PORT),
                () -> Optional.of(new Ipv6Route(loopback, List.of(loopback))),
                router.getLocalPort(),
                new SplittableRandom(1),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                told::add);
    }

    private byte[] request() throws InterruptedException {
        byte[] request = requests.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(request).as("nothing more is asked").isNotNull();
        return request;
    }

    @Test
    void thePortIsOpenedForOurAddressAndClosedAtTheEnd() throws Exception {
        byte[] asked;
        try (PinholeKeeper keeper = start()) {
            assertThat(keeper).isNotNull();
            asked = request();
            assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS))
                    .as("peers are told of our own address anyway")
                    .isEmpty();
        }

        assertThat(asked).hasSize(MAP_BYTES).startsWith(2, 1, 0, 0, 0, 0, 2, 88);
        assertThat(Arrays.copyOfRange(asked, 8, 24)).isEqualTo(loopback.getAddress());
        assertThat(Arrays.copyOfRange(asked, 36, 44))
                .containsExactly(17, 0, 0, 0, PORT >> 8, PORT & 0xff, PORT >> 8, PORT & 0xff);
        assertThat(Arrays.copyOfRange(asked, 44, 60)).as("any IPv6 address").containsOnly(0);
        byte[] deleted = request();
        assertThat(deleted).startsWith(2, 1, 0, 0, 0, 0, 0, 0);
        assertThat(Arrays.copyOfRange(deleted, 24, 36)).isEqualTo(Arrays.copyOfRange(asked, 24, 36));
    }

    @Test
    void anAddressThatTheRouterTranslatesToIsTold() throws Exception {
        external.set(new InetSocketAddress("2001:db8::7", 50_000));

        try (PinholeKeeper keeper = start()) {
            assertThat(keeper).isNotNull();
            assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).containsExactly(external.get());
        }
    }

    @Test
    void whoHasNoRouterAsksNobodyAndEnds() throws Exception {
        PinholeKeeper keeper = PinholeKeeper.start(
                SelectorProvider.provider(),
                Set.of(PORT),
                Optional::empty,
                router.getLocalPort(),
                new SplittableRandom(1),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                told::add);
        keeper.close();

        assertThat(requests).isEmpty();
        assertThat(told).isEmpty();
    }
}
