package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes which way, on JDK 17 with its incubator. A channel that is connected elsewhere refuses to send to our receiver, but its
 * socket does not: so what arrives has gone past the channel.
 */
@Timeout(30)
class IncubatorSenderTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final LongAdder failures = new LongAdder();
    private DatagramChannel receiver;
    private DatagramChannel channel;

    @BeforeEach
    void open() throws IOException {
        assumeThat(IncubatorModule.load() && IncubatorCalls.areAvailable())
                .as("JDK 17 with jdk.incubator.foreign, Linux")
                .isTrue();
        receiver = bound();
        channel = bound();
    }

    @AfterEach
    void close() throws IOException {
        if (receiver != null) {
            receiver.close();
            channel.close();
        }
    }

    private static DatagramChannel bound() throws IOException {
        return DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(LOOPBACK, 0));
    }

    private static InetSocketAddress address(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static ChannelDescriptors.Socket[] sockets(DatagramChannel... channels) throws IOException {
        return new ChannelDescriptors().of(channels);
    }

    private IncubatorSender sender(ChannelDescriptors.Socket... sockets) {
        return new IncubatorSender(new DatagramChannel[] {channel}, sockets, failures);
    }

    /** Has the channel refuse whatever goes to the receiver. */
    private void connectElsewhere() throws IOException {
        channel.connect(new InetSocketAddress(LOOPBACK, 9));
    }

    private void send(IncubatorSender sender, int... lengths) throws IOException {
        for (int length : lengths) {
            sender.send(0, address(receiver), new byte[length], 0, length);
        }
        sender.flush();
    }

    private void assertArrived(int... lengths) throws IOException {
        Arrivals.assertOf(receiver, lengths);
    }

    @Test
    void aRunGoesInOnePiecePastTheChannel() throws IOException {
        IncubatorSender sender = sender(sockets(channel));
        connectElsewhere();

        send(sender, 1000, 1000, 1000, 500);
        send(sender, 800, 800);

        assertArrived(1000, 1000, 1000, 500, 800, 800);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void whatIsAloneGoesByTheChannel() throws IOException {
        IncubatorSender sender = sender(sockets(channel));
        connectElsewhere();

        // The second is longer than the first, the third empty, the fourth longer than a run.
        send(sender, 500, 501, 0, 65_001);

        assertArrived();
        assertThat(failures.sum()).isEqualTo(4);
    }

    @Test
    void aRunThatIsRefusedGoesByTheChannel() throws IOException {
        IncubatorSender sender = sender(new ChannelDescriptors.Socket(-1, SocketAddresses.AF_INET));

        send(sender, 1000, 1000, 500);

        assertArrived(1000, 1000, 500);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void whereRunsAreRefusedTheyAreSeldomTried() throws IOException {
        ChannelDescriptors.Socket real = sockets(channel)[0];
        ChannelDescriptors.Socket[] sockets = {new ChannelDescriptors.Socket(-1, SocketAddresses.AF_INET)};
        IncubatorSender sender = sender(sockets);
        for (int i = 0; i < 8; i++) {
            send(sender, 10, 10);
            assertArrived(10, 10);
        }
        sockets[0] = real;
        connectElsewhere();

        for (int i = 0; i < 1000; i++) {
            send(sender, 20, 20);
        }
        assertArrived();
        assertThat(failures.sum()).isEqualTo(2000);
        send(sender, 30, 30);

        assertArrived(30, 30);
        assertThat(failures.sum()).isEqualTo(2000);
    }

    @Test
    void refusalsNowAndThenChangeNothing() throws IOException {
        ChannelDescriptors.Socket real = sockets(channel)[0];
        ChannelDescriptors.Socket[] sockets = {real};
        IncubatorSender sender = sender(sockets);

        for (int i = 0; i < 20; i++) {
            sockets[0] = new ChannelDescriptors.Socket(-1, SocketAddresses.AF_INET);
            send(sender, 10, 10);
            sockets[0] = real;
            send(sender, 20, 20);
            assertArrived(10, 10, 20, 20);
        }
        connectElsewhere();
        send(sender, 30, 30);

        assertArrived(30, 30);
    }

    @Test
    void afterCloseADescriptorIsSomebodyElses() throws IOException {
        IncubatorSender sender = sender(sockets(channel));
        int fd = sockets(channel)[0].fd();
        channel.close();
        List<DatagramChannel> heirs = new ArrayList<>();
        try {
            while (heirs.stream().noneMatch(heir -> fd(heir) == fd)) {
                // A free one is taken again, those below it first.
                assertThat(heirs).hasSizeLessThan(1000);
                heirs.add(bound());
            }

            send(sender, 1000, 1000);

            assertArrived();
        } finally {
            for (DatagramChannel heir : heirs) {
                heir.close();
            }
        }
    }

    private static int fd(DatagramChannel channel) {
        try {
            return sockets(channel)[0].fd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void socketsOfOneAddressAreToldApartAndOthersAreNotTaken() throws IOException {
        ChannelDescriptors descriptors = new ChannelDescriptors();
        int port = address(channel).getPort();
        byte[] ipv6Loopback = new byte[16];
        ipv6Loopback[15] = 1;
        try (ServerSocketChannel tcp = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, port));
                DatagramChannel second = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel six = DatagramChannel.open();
                DatagramChannel any = DatagramChannel.open()) {
            ChannelDescriptors.Socket first = descriptors.of(new DatagramChannel[] {channel})[0];
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            second.bind(address(channel));
            six.bind(new InetSocketAddress(InetAddress.getByAddress(ipv6Loopback), port));
            any.bind(new InetSocketAddress(0));

            ChannelDescriptors.Socket[] all = descriptors.of(new DatagramChannel[] {channel, second, six, any});

            assertThat(all[0]).isEqualTo(first);
            assertThat(all[1].fd()).isNotEqualTo(first.fd());
            assertThat(all[1].family()).isEqualTo(SocketAddresses.AF_INET);
            assertThat(all[2].family()).isNotEqualTo(SocketAddresses.AF_INET);
            assertThat(all).doesNotHaveDuplicates();
            // Who comes late cannot tell which is which.
            assertThatThrownBy(() -> sockets(channel)).isInstanceOf(IOException.class);
            assertThat(tcp.isOpen()).isTrue();
        }
    }
}
