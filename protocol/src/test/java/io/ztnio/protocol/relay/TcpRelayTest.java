package io.ztnio.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The relay over TCP and its client, on the loopback interface. */
@Timeout(60)
class TcpRelayTest {
    private static final SelectorProvider OS = SelectorProvider.provider();
    private static final byte[] QUESTION = "question of a node".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "answer of a root..".getBytes(StandardCharsets.US_ASCII);

    private final AtomicLong now = new AtomicLong();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private DatagramChannel root;
    private InetSocketAddress rootAddress;

    @BeforeEach
    void openRoot() throws IOException {
        root = opened(OS.openDatagramChannel(StandardProtocolFamily.INET));
        root.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        rootAddress = (InetSocketAddress) root.getLocalAddress();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void aForcedRelayCarriesDatagramsBothWaysAndNothingGoesByUdp() throws IOException {
        TcpRelayServer server = serve(rootAddress);
        TcpRelayTransport transport = transport(server, true);

        transport.send(0, rootAddress, QUESTION, 0, QUESTION.length);
        InetSocketAddress from = receiveAtRoot();
        root.send(ByteBuffer.wrap(ANSWER), from);
        DatagramBatch batch = await(transport);

        assertThat(from.getPort())
                .isNotEqualTo(transport.localAddresses().get(0).getPort());
        assertThat(batch.socket(0)).isEqualTo(1);
        assertThat(batch.source(0)).isEqualTo(rootAddress);
        assertThat(batch.buffer(0)).startsWith(ANSWER);
        assertThat(transport.isRelaying()).isTrue();
    }

    @Test
    void itIsUsedWhileUdpIsSilentAndNoLongerWhenUdpIsBack() throws IOException {
        TcpRelayServer server = serve(rootAddress);
        TcpRelayTransport transport = transport(server, false);
        transport.send(0, rootAddress, QUESTION, 0, QUESTION.length);
        InetSocketAddress byUdp = receiveAtRoot();
        assertThat(byUdp.getPort()).isEqualTo(transport.localAddresses().get(0).getPort());

        // Half a minute later nothing has come back.
        now.set(25_001);
        transport.receive(new DatagramBatch());
        transport.send(0, rootAddress, QUESTION, 0, QUESTION.length);

        // By UDP as before, and by the relay.
        List<Integer> ports = List.of(receiveAtRoot().getPort(), receiveAtRoot().getPort());
        assertThat(ports).filteredOn(port -> port == byUdp.getPort()).hasSize(1);

        root.send(ByteBuffer.wrap(ANSWER), byUdp);
        await(transport);

        assertThat(transport.isRelaying()).isFalse();
        transport.send(1, rootAddress, QUESTION, 0, QUESTION.length);
        assertThat(receiveAtRoot()).isEqualTo(byUdp);
    }

    @Test
    void theRelayReachesOnlyWhatItMay() throws IOException {
        TcpRelayServer server = serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        TcpRelayTransport transport = transport(server, true);
        InetSocketAddress allowedNext = rootAddress;

        transport.send(0, allowedNext, QUESTION, 0, QUESTION.length);
        TcpRelayServer willing = serve(rootAddress);
        TcpRelayTransport other = transport(willing, true);
        other.send(0, rootAddress, ANSWER, 0, ANSWER.length);

        ByteBuffer first = ByteBuffer.allocate(100);
        root.receive(first);
        assertThat(first.array()).startsWith(ANSWER);
    }

    /** A peer that a root has told where we are asks there; without an answer it would go on sending where we were. */
    @Test
    void whoHasSentSomethingThroughTheRelayIsAnsweredByIt() throws IOException {
        TcpRelayServer server = serve(rootAddress);
        TcpRelayTransport transport = transport(server, true);
        transport.send(0, rootAddress, QUESTION, 0, QUESTION.length);
        InetSocketAddress seenAt = receiveAtRoot();
        DatagramChannel peer = opened(OS.openDatagramChannel(StandardProtocolFamily.INET));
        peer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        peer.send(ByteBuffer.wrap(QUESTION), seenAt);
        DatagramBatch batch = await(transport);
        transport.send(batch.socket(0), batch.source(0), ANSWER, 0, ANSWER.length);

        ByteBuffer arrived = ByteBuffer.allocate(100);
        assertThat(peer.receive(arrived)).isEqualTo(seenAt);
        assertThat(arrived.array()).startsWith(ANSWER);
    }

    @Test
    void whoSendsSomethingElseIsCutOff() throws IOException {
        TcpRelayServer server = serve(rootAddress);
        try (Socket socket = new Socket()) {
            socket.connect(server.localAddress());
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionsOfOneAddressAreBounded() throws IOException {
        TcpRelayServer server = serve(rootAddress);
        for (int i = 0; i < TcpRelayServer.MAX_OF_SOURCE; i++) {
            opened(new Socket()).connect(server.localAddress());
        }
        try (Socket socket = new Socket()) {
            socket.connect(server.localAddress());
            socket.setSoTimeout(30_000);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private TcpRelayServer serve(InetSocketAddress reachable) throws IOException {
        return opened(TcpRelayServer.start(
                OS, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), reachable::equals));
    }

    private TcpRelayTransport transport(TcpRelayServer server, boolean forced) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        DatagramTransport udp = DatagramTransport.open(OS, List.of(any), UdpOffload.OFF);
        return opened(new TcpRelayTransport(
                udp, OS, "127.0.0.1", server.localAddress().getPort(), forced, true, now::get));
    }

    private InetSocketAddress receiveAtRoot() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        InetSocketAddress from = (InetSocketAddress) root.receive(buffer);
        assertThat(buffer.array()).startsWith(QUESTION);
        return from;
    }

    private static DatagramBatch await(TcpRelayTransport transport) throws IOException {
        DatagramBatch batch = new DatagramBatch();
        while (batch.size() == 0) {
            transport.awaitReadable(1_000);
            transport.receive(batch);
        }
        return batch;
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }
}
