package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.BigEndian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread and its sockets, against routers on the loopback interface. */
class PortMapperTest {
    private static final int PORT = 41641;
    private static final InetAddress GATEWAY = InetAddress.getLoopbackAddress();
    private static final int WAIT_SECONDS = 60;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<Optional<InetSocketAddress>> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @FunctionalInterface
    private interface Answer {
        byte[] to(byte[] request);
    }

    private DatagramSocket udpServer(Answer answer) throws SocketException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(GATEWAY, 0));
        open.add(socket);
        daemon(() -> {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
                requests.add(request);
                byte[] bytes = answer.to(request);
                if (bytes != null) {
                    socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            }
        });
        return socket;
    }

    @FunctionalInterface
    private interface Serving {
        void run() throws IOException;
    }

    private static void daemon(Serving serving) {
        Thread thread = new Thread(() -> {
            try {
                serving.run();
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private PortMapper start(int controlPort, int ssdpPort) throws IOException {
        return start(SelectorProvider.provider(), controlPort, ssdpPort);
    }

    private PortMapper start(SelectorProvider os, int controlPort, int ssdpPort) throws IOException {
        PortMapper mapper = PortMapper.start(
                os,
                new PortMapper.Target(0x123456789L, GATEWAY, PORT),
                Optional.of(GATEWAY),
                new PortMapper.GatewayPorts(controlPort, ssdpPort),
                new SplittableRandom(1),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                told::add);
        open.add(mapper);
        return mapper;
    }

    private static byte[] natPmp(byte[] request) {
        if (request[0] != 0) {
            return new byte[] {0, (byte) 0x80, 0, 1, 0, 0, 0, 1};
        }
        byte[] answer = new byte[request[1] == 0 ? 12 : 16];
        answer[1] = (byte) (0x80 | request[1]);
        answer[7] = 1;
        if (request[1] == 0) {
            System.arraycopy(new byte[] {(byte) 198, 51, 100, 7}, 0, answer, 8, 4);
        } else {
            System.arraycopy(request, 4, answer, 8, 4);
            BigEndian.putInt(answer, 12, BigEndian.getInt(request, 8));
        }
        return answer;
    }

    @Test
    void aMappingByNatPmpIsToldAndDeletedAtTheEnd() throws Exception {
        DatagramSocket gateway = udpServer(PortMapperTest::natPmp);
        PortMapper mapper = start(gateway.getLocalPort(), 1);
        assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).contains(new InetSocketAddress("198.51.100.7", PORT));
        requests.clear();

        mapper.close();

        assertThat(requests.poll(WAIT_SECONDS, TimeUnit.SECONDS))
                .containsExactly(0, 1, 0, 0, PORT >> 8, PORT & 0xff, 0, 0, 0, 0, 0, 0);
        assertThat(mapper.awaitEnd(WAIT_SECONDS * 1000L)).isTrue();
    }

    /** Several are ended at a time: a node does not wait for one after the other. */
    @Test
    void whoIsToldToEndGivesBackBeforeHeIsWaitedFor() throws Exception {
        DatagramSocket gateway = udpServer(PortMapperTest::natPmp);
        PortMapper first = start(gateway.getLocalPort(), 1);
        PortMapper second = start(gateway.getLocalPort(), 1);
        for (int i = 0; i < 2; i++) {
            assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isPresent();
        }
        requests.clear();

        first.end();
        second.end();

        for (int i = 0; i < 2; i++) {
            assertThat(requests.poll(WAIT_SECONDS, TimeUnit.SECONDS))
                    .containsExactly(0, 1, 0, 0, PORT >> 8, PORT & 0xff, 0, 0, 0, 0, 0, 0);
        }
        assertThat(first.awaitEnd(WAIT_SECONDS * 1000L)).isTrue();
        assertThat(second.awaitEnd(WAIT_SECONDS * 1000L)).isTrue();
    }

    @Test
    void aRouterWithUpnpOnlyMapsByThatAndTheMappingIsDeletedAtTheEnd() throws Exception {
        ServerSocket http = new ServerSocket(0, 10, GATEWAY);
        open.add(http);
        ScriptedRouter router = new ScriptedRouter(GATEWAY, http.getLocalPort());
        serve(http, router);
        DatagramSocket ssdp = udpServer(request -> router.answer());
        // Nobody listens there, so that the kernel says so at once.
        PortMapper mapper = start(freePort(), ssdp.getLocalPort());

        assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).contains(new InetSocketAddress("198.51.100.7", PORT));
        synchronized (router) {
            assertThat(router.mappings).hasToString("{41641=127.0.0.1:41641 ZeroTier/0123456789@41641 600}");
        }
        mapper.close();

        assertThat(mapper.awaitEnd(WAIT_SECONDS * 1000L)).isTrue();
        synchronized (router) {
            assertThat(router.mappings).isEmpty();
        }
    }

    /** More than the answers of a router that are looked at. */
    @Test
    void whatOthersAnswerToTheSearchTakesNoPlaceOfTheRoutersAnswer() throws Exception {
        ServerSocket http = new ServerSocket(0, 10, GATEWAY);
        open.add(http);
        ScriptedRouter router = new ScriptedRouter(GATEWAY, http.getLocalPort());
        serve(http, router);
        DatagramSocket other = new DatagramSocket(new InetSocketAddress("127.0.0.2", 0));
        open.add(other);
        DatagramSocket ssdp = new DatagramSocket(new InetSocketAddress(GATEWAY, 0));
        open.add(ssdp);
        daemon(() -> {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                ssdp.receive(packet);
                byte[] answer = router.answer();
                for (int i = 0; i < 100; i++) {
                    other.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
                ssdp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        });

        start(freePort(), ssdp.getLocalPort());

        assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).contains(new InetSocketAddress("198.51.100.7", PORT));
    }

    /** Of the operating system, but for the first datagram channel. */
    private static final class OutOfDescriptorsOnce extends SelectorProvider {
        private final SelectorProvider os = SelectorProvider.provider();
        private boolean refused;

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return os.openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            if (!refused) {
                refused = true;
                throw new SocketException("Too many open files");
            }
            return os.openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return os.openPipe();
        }

        @Override
        public AbstractSelector openSelector() throws IOException {
            return os.openSelector();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return os.openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return os.openSocketChannel();
        }
    }

    @Test
    void afterAFailureOfTheOperatingSystemTheRouterIsAskedLater() throws Exception {
        DatagramSocket gateway = udpServer(PortMapperTest::natPmp);

        start(new OutOfDescriptorsOnce(), gateway.getLocalPort(), 1);

        assertThat(told.poll(WAIT_SECONDS, TimeUnit.SECONDS)).contains(new InetSocketAddress("198.51.100.7", PORT));
    }

    @Test
    void aRouterThatHangsKeepsNobodyFromTheEnd() throws Exception {
        ServerSocket http = new ServerSocket(0, 10, GATEWAY);
        open.add(http);
        BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
        daemon(() -> {
            while (true) {
                accepted.add(http.accept());
            }
        });
        ScriptedRouter router = new ScriptedRouter(GATEWAY, http.getLocalPort());
        DatagramSocket ssdp = udpServer(request -> router.answer());
        PortMapper mapper = start(freePort(), ssdp.getLocalPort());
        open.add(accepted.poll(WAIT_SECONDS, TimeUnit.SECONDS));

        mapper.close();

        assertThat(mapper.awaitEnd(WAIT_SECONDS * 1000L)).isTrue();
        assertThat(told).isEmpty();
    }

    private static int freePort() throws SocketException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(GATEWAY, 0))) {
            return socket.getLocalPort();
        }
    }

    private static void serve(ServerSocket http, ScriptedRouter router) {
        daemon(() -> {
            while (true) {
                try (Socket socket = http.accept()) {
                    byte[] reply;
                    String request = read(socket.getInputStream());
                    synchronized (router) {
                        reply = router.handle(request);
                    }
                    socket.getOutputStream().write(reply);
                }
            }
        });
    }

    /** The head, and as much as it says. */
    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int left = Integer.MAX_VALUE;
        while (left > 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("half a request");
            }
            bytes.write(next);
            left--;
            String text = bytes.toString(StandardCharsets.US_ASCII);
            if (left > 100_000 && text.endsWith("\r\n\r\n")) {
                left = text.contains("Content-Length: ")
                        ? Integer.parseInt(text.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"))
                        : 0;
            }
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}
