package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A node that has a router, which is at an address of its own of the loopback interface, map its port. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "others have not all of 127.0.0.0/8")
class PortMappingEngineTest {
    private static final int CONTROL_PORT = 5351;
    private static final int WAIT_SECONDS = 60;

    private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();

    /** The requests that came to a router with NAT-PMP (RFC 6886), which says that its outer address is 127.0.0.1. */
    private void route(DatagramSocket router) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                router.receive(packet);
                byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
                requests.add(request);
                ByteBuffer answer = ByteBuffer.allocate(request[0] != 0 ? 8 : request[1] == 0 ? 12 : 16);
                answer.put((byte) 0).put((byte) (0x80 | (request[0] != 0 ? 0 : request[1])));
                answer.putShort((short) (request[0] != 0 ? 1 : 0)).putInt(1);
                if (answer.capacity() == 12) {
                    answer.put(InetAddress.getLoopbackAddress().getAddress());
                } else if (answer.capacity() == 16) {
                    answer.put(request, 4, 4).put(request, 8, 4);
                }
                router.send(new DatagramPacket(answer.array(), answer.capacity(), packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static DatagramSocket routerSocket() throws SocketException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String address = "127." + random.nextInt(2, 250) + "." + random.nextInt(2, 250) + ".77";
        return new DatagramSocket(new InetSocketAddress(address, CONTROL_PORT));
    }

    @Test
    void theRouterIsAskedForTheNodesPortIfThatIsWantedAndGetsItBackAtTheEnd() throws Exception {
        try (LoopbackPlanet planet = LoopbackPlanet.start();
                DatagramSocket router = routerSocket()) {
            Thread thread = new Thread(() -> route(router));
            thread.setDaemon(true);
            thread.start();
            String gateway = router.getLocalAddress().getHostAddress();

            try (ZeroTierNetworks asked = planet.networksIn("unasked", Map.of("ztnio.port.mapping.gateway", gateway))) {
                asked.address();
                assertThat(requests).isEmpty();
            }
            int port;
            try (ZeroTierNetworks networks = planet.networksIn(
                    "mapped", Map.of("ztnio.port.mapping", "on", "ztnio.port.mapping.gateway", gateway))) {
                networks.address();
                port = networks.status().orElseThrow().localAddresses().get(0).getPort();
                awaitRequest(0, 1, 0, 0, port >> 8, port & 0xff, port >> 8, port & 0xff, 0, 0, 2, 88);
            }

            awaitRequest(0, 1, 0, 0, port >> 8, port & 0xff, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void bothPortsAreMapped(@TempDir Path home) throws Exception {
        Files.writeString(
                home.resolve("local.conf"), "{\"settings\":{\"allowSecondaryPort\":true,\"secondaryPort\":0}}");
        try (LoopbackPlanet planet = LoopbackPlanet.start();
                DatagramSocket router = routerSocket()) {
            Thread thread = new Thread(() -> route(router));
            thread.setDaemon(true);
            thread.start();

            try (ZeroTierNetworks networks = planet.networksIn(
                    "both",
                    Map.of(
                            "ztnio.home",
                            home.toString(),
                            "ztnio.port.mapping",
                            "on",
                            "ztnio.port.mapping.gateway",
                            router.getLocalAddress().getHostAddress()))) {
                networks.address();
                List<Integer> ports = networks.status().orElseThrow().localAddresses().stream()
                        .map(InetSocketAddress::getPort)
                        .toList();
                assertThat(ports).hasSize(2).doesNotHaveDuplicates();
                Set<Integer> asked = new HashSet<>();
                while (asked.size() < 2) {
                    byte[] request = requests.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                    assertThat(request).as("only %s of %s", asked, ports).isNotNull();
                    if (request.length == 12 && request[1] == 1) {
                        asked.add(((request[4] & 0xff) << 8) | (request[5] & 0xff));
                    }
                }
                assertThat(asked).containsExactlyInAnyOrderElementsOf(ports);
            }
        }
    }

    /** A router that lets nobody map anything is named, with what to do, at a level that is shown. */
    @Test
    void aRouterThatMapsNothingIsAWarning() throws Exception {
        try (LoopbackPlanet planet = LoopbackPlanet.start();
                RecordedLog log = RecordedLog.of("io.ztnio.portmap");
                ZeroTierNetworks networks = planet.networksIn(
                        "refused", Map.of("ztnio.port.mapping", "on", "ztnio.port.mapping.gateway", "127.77.66.55"))) {
            networks.address();
            int port = networks.status().orElseThrow().localAddresses().get(0).getPort();

            log.await(
                    System.Logger.Level.WARNING,
                    "UDP " + port + " is not mapped: the router 127.77.66.55 maps it neither",
                    "forward the port by hand");
        }
    }

    /** Passes over others, and what is repeated. */
    private void awaitRequest(int... expected) throws InterruptedException {
        byte[] wanted = new byte[expected.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = (byte) expected[i];
        }
        byte[] request;
        do {
            request = requests.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(request).as("nothing more is asked").isNotNull();
        } while (!Arrays.equals(request, wanted));
    }
}
