package io.ztnio.it.attack;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A member of the network without a TCP/IP stack: it writes its own IPv4 packets into frames to one victim, and reads those that
 * come back.
 *
 * <p>Thread: belongs to one thread, which drives it in {@link #run}.
 */
final class HostileMember implements NetworkListener, AutoCloseable {
    /** Told of an IPv4 packet from the victim. */
    @FunctionalInterface
    interface PacketListener {
        /**
         * A packet has come.
         *
         * @param packet valid during the call, from the IP header on
         */
        void onPacket(byte[] packet, int offset, int length);
    }

    static final int IPV4 = 0x0800;
    private static final int DATAGRAM_BYTES = 10_400;
    private static final int WAIT_MILLIS = 1;
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramSocket socket;
    private final Node node;
    private final Networks networks;
    private final VirtualNetwork network;
    private final long victimMac;
    private final byte[] received = new byte[DATAGRAM_BYTES];
    private final byte[] frame = new byte[DATAGRAM_BYTES];
    private final List<PacketListener> listeners = new ArrayList<>();
    private long due;

    /**
     * Joins, but does nothing before {@link #run}.
     *
     * @param home with {@code identity.secret}
     * @param planet file of the planet
     * @param victim file with the public identity of who is attacked
     */
    HostileMember(Path home, Path planet, long networkId, Path victim) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        socket.setSoTimeout(WAIT_MILLIS);
        socket.setReceiveBufferSize(BUFFER_BYTES);
        World world = NodeState.planet(Files.readAllBytes(planet)).orElseThrow();
        NodeConfig config = NodeConfig.builder(identity(home.resolve("identity.secret")), world, new SecureRandom())
                .pathPolicy(PathPolicy.withLoopback())
                .build();
        node = new Node(
                config, (number, to, buffer, offset, length) -> send(to, buffer, offset, length), (event, now) -> {});
        networks = new Networks(node.vl1(), NetworkStore.NONE, this);
        node.handler(networks);
        node.localAddresses(List.of((InetSocketAddress) socket.getLocalSocketAddress()), System.currentTimeMillis());
        network = networks.join(networkId, System.currentTimeMillis());
        victimMac = MacAddress.of(identity(victim).address(), networkId);
    }

    private static Identity identity(Path file) throws IOException {
        return Identity.parse(Files.readString(file, StandardCharsets.US_ASCII)).orElseThrow();
    }

    private void send(InetSocketAddress to, byte[] buffer, int offset, int length) {
        try {
            socket.send(new DatagramPacket(buffer, offset, length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hears all further packets. */
    void listen(PacketListener listener) {
        listeners.add(listener);
    }

    /** Lives until something holds, or for a time. Returns whether it holds. */
    boolean run(BooleanSupplier until, Duration most) {
        long end = System.nanoTime() + most.toNanos();
        while (!until.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            receive();
        }
        return true;
    }

    /** Takes a datagram in, or waits a moment, and does what is due. */
    private void receive() {
        DatagramPacket packet = new DatagramPacket(received, received.length);
        try {
            socket.receive(packet);
            InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
            node.onDatagram(0, from, received, 0, packet.getLength(), System.currentTimeMillis(), System.nanoTime());
        } catch (SocketTimeoutException nothing) {
            // Time passes.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long now = System.currentTimeMillis();
        if (now >= due) {
            due = Math.min(node.poll(now), networks.poll(now));
        }
    }

    /** Its IPv4 address, or {@code null} before the controller has given it one. */
    Inet4Address address() {
        return network.status() != NetworkStatus.OK
                ? null
                : network.config().stream()
                        .flatMap(config -> config.addresses().stream())
                        .map(prefix -> prefix.address())
                        .filter(Inet4Address.class::isInstance)
                        .map(Inet4Address.class::cast)
                        .findFirst()
                        .orElse(null);
    }

    /** Sends an IPv4 packet to the victim, from its own MAC address. */
    void send(byte[] packet) {
        System.arraycopy(packet, 0, frame, VirtualNetwork.HEADROOM, packet.length);
        network.sendFrame(victimMac, IPV4, frame, VirtualNetwork.HEADROOM, packet.length, System.currentTimeMillis());
    }

    @Override
    public void onFrame(
            VirtualNetwork from,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        if (etherType == IPV4 && sourceMac == victimMac) {
            listeners.forEach(listener -> listener.onPacket(buffer, offset, length));
        }
    }

    @Override
    public void onConfigChanged(VirtualNetwork changed, NetworkConfig config) {
        // Asked for when it is needed.
    }

    @Override
    public void onStatus(VirtualNetwork changed, NetworkStatus status) {
        // As above.
    }

    @Override
    public void close() {
        node.close(System.currentTimeMillis());
        socket.close();
    }
}
