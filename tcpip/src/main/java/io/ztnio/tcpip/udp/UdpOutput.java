package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.OutputPath;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.UdpHeader;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The sending half of an endpoint: the application queues datagrams that passed {@link #check}, the stack sends them.
 *
 * <p>Thread: {@link #check} and {@link #offer} by one application thread at a time, {@link #drain} inside the gate.
 */
final class UdpOutput {
    static final int MAX_IPV4_PAYLOAD = 65_507;
    static final int MAX_IPV6_PAYLOAD = 65_527;
    private static final int HOP_LIMIT = 64;
    private static final int CHECKED_SLOTS = 16;

    private final UdpLayer layer;
    private final UdpOptions options;
    private final DatagramQueue queue = new DatagramQueue(UdpOptions.DEFAULT_SEND_BYTES);
    private final Receivers receivers = new Receivers();
    /** Receivers that had a route in {@link #checkedEpoch}; the application's. */
    private final InetAddress[] checked = new InetAddress[CHECKED_SLOTS];

    private Object checkedEpoch;
    private InetAddress checkedLocal;
    private boolean checkedBroadcast;

    UdpOutput(UdpLayer layer, UdpOptions options) {
        this.layer = layer;
        this.options = options;
    }

    DatagramQueue queue() {
        return queue;
    }

    /** Whether a datagram of ordinary size has room. */
    boolean isWritable() {
        return queue.hasRoom(2048);
    }

    boolean offer(ByteBuffer source, InetSocketAddress target) {
        return queue.offer(source, target);
    }

    /**
     * Throws if a datagram cannot be sent at all.
     *
     * @param local the address bound to, or {@code null} for the wildcard
     * @param connected whether the endpoint is connected to the target: then it had leave to send to everybody when it was
     */
    void check(InetAddress local, InetSocketAddress target, boolean connected, int length) throws IOException {
        InetAddress remote = target.getAddress();
        if (length > (remote instanceof Inet4Address ? MAX_IPV4_PAYLOAD : MAX_IPV6_PAYLOAD)) {
            throw new SocketException("Message too long");
        }
        if (target.getPort() == 0) {
            throw new SocketException("Can't send to port 0");
        }
        Object epoch = layer.ip().epoch();
        boolean broadcast = options.broadcast();
        if (epoch != checkedEpoch || !Objects.equals(local, checkedLocal) || broadcast != checkedBroadcast) {
            Arrays.fill(checked, null);
            checkedEpoch = epoch;
            checkedLocal = local;
            checkedBroadcast = broadcast;
        }
        int slot = (remote.hashCode() * 0x9e37_79b9) >>> 28;
        InetAddress known = checked[slot];
        if (known != null && IpAddresses.isSame(known, remote)) {
            return;
        }
        OutputPath path = layer.ip().route(source(local, remote), remote);
        if (path == null) {
            throw new NoRouteToHostException("No route to host");
        }
        if (!path.isBroadcast() || broadcast) {
            checked[slot] = remote;
        } else if (!connected) {
            throw new BindException("Permission denied");
        }
    }

    /**
     * Sends what is queued.
     *
     * @param patient whether to stop at a congested link
     * @return whether nothing is left
     */
    boolean drain(InetAddress local, int localPort, boolean patient, long nowNanos) {
        IpCore ip = layer.ip();
        for (InetSocketAddress target = queue.peekPeer(); target != null; target = queue.peekPeer()) {
            InetAddress remote = target.getAddress();
            OutputPath path = layer.path(source(local, remote), remote);
            if (path == null) {
                ip.drops().count(DropReason.NO_ROUTE);
                queue.skip();
                continue;
            }
            if (patient && path.isCongested()) {
                return false;
            }
            int length = queue.peekLength();
            receivers.add(target, nowNanos);
            List<OutputPath> everywhere = source(local, remote) == null ? ip.everyRoute(remote) : List.of();
            if (everywhere.size() > 1) {
                byte[] payload = new byte[length];
                queue.poll(payload, 0);
                for (OutputPath each : everywhere) {
                    System.arraycopy(payload, 0, ip.scratch(), each.transportOffset() + UdpHeader.LENGTH, length);
                    send(each, localPort, target.getPort(), length, nowNanos);
                }
            } else {
                queue.poll(ip.scratch(), path.transportOffset() + UdpHeader.LENGTH);
                send(path, localPort, target.getPort(), length, nowNanos);
            }
        }
        return true;
    }

    /** Sends what stands behind the room for the header in the scratch buffer. */
    private void send(OutputPath path, int localPort, int port, int payloadLength, long nowNanos) {
        int length = UdpHeader.LENGTH + payloadLength;
        long sum = path.pseudoHeaderSum(IpProtocol.UDP, length);
        UdpHeader.write(layer.ip().scratch(), path.transportOffset(), localPort, port, length, sum);
        boolean multicast = path.isMulticast();
        path.send(
                IpProtocol.UDP,
                length,
                options.trafficClass(),
                true,
                multicast ? options.multicastTtl() : HOP_LIMIT,
                !multicast || options.multicastLoop(),
                nowNanos);
    }

    /** Whether a datagram was sent there lately. Inside the gate. */
    boolean hasSent(InetAddress remote, int remotePort, long nowNanos) {
        return receivers.contains(remote, remotePort, nowNanos);
    }

    /** Whether an address that can be bound to is none to send from, because it is everybody's. */
    boolean isShared(InetAddress local) {
        return local != null && (local.isMulticastAddress() || layer.ip().isSubnetBroadcast(local));
    }

    /** The source address to ask for: multicasts may have another than what is bound. */
    InetAddress source(InetAddress local, InetAddress remote) {
        if (isShared(local)) {
            return null;
        }
        if (local == null && remote.isMulticastAddress()) {
            InetAddress chosen = options.multicastSource();
            boolean fits = chosen != null && (chosen instanceof Inet4Address) == (remote instanceof Inet4Address);
            return fits ? chosen : null;
        }
        return local;
    }
}
