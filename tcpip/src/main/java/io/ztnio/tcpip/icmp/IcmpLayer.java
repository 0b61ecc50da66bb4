package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.OutputPath;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;
import java.util.random.RandomGenerator;

/** ICMP for both IP versions. Thread: confined to the gate. */
public final class IcmpLayer {
    /** Data bytes of the largest ping. */
    public static final int MAX_PING_BYTES = 65_507;

    private final IpCore ip;
    private final Pings pings;
    /** Answers to requests to groups: each makes every member answer, whoever's address it bears. */
    private final ErrorRate groupReplies;

    public IcmpLayer(IpCore ip, RandomGenerator random) {
        this.ip = ip;
        this.pings = new Pings(ip, random.nextInt(0x10000));
        ip.register(IpProtocol.ICMP, new Icmpv4Input(this, ip));
        ip.register(IpProtocol.ICMPV6, new Icmpv6Input(this, ip));
        groupReplies = new ErrorRate(random);
        ip.errorReporter(new IcmpErrors(ip, random));
    }

    /**
     * Sends an echo request.
     *
     * @param length data bytes, 0 to {@link #MAX_PING_BYTES}
     * @return false if no link leads there; the listener is not called then
     */
    public boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        if (length < 0 || length > MAX_PING_BYTES) {
            throw new IllegalArgumentException("ping of " + length + " bytes");
        }
        OutputPath path = ip.route(null, remote);
        if (path == null) {
            return false;
        }
        pings.send(path, length, timeoutNanos, listener, nowNanos);
        return true;
    }

    /** Ends pings that took too long. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    public long turn(long nowNanos) {
        return pings.turn(nowNanos);
    }

    /** An error quotes an echo request: it ends the ping, or says how large packets to there may be. */
    void onRequestError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int mtuBytes,
            long nowNanos) {
        if (!pings.isPending(remote, buffer, offset)) {
            ip.drops().count(DropReason.ICMP_UNRELATED);
        } else if (error != IcmpError.PACKET_TOO_BIG) {
            pings.onError(error, remote, buffer, offset);
        } else {
            ip.path(local, remote).ifPresent(path -> path.confirmTooBig(mtuBytes, nowNanos));
        }
    }

    Pings pings() {
        return pings;
    }

    /**
     * Sends a request's bytes back with another type.
     *
     * @param local where the request went to, or {@code null} if that was a group
     */
    void reply(
            InetAddress local,
            InetAddress remote,
            int protocol,
            int type,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos) {
        OutputPath path = ip.route(local, remote);
        if (path == null || path.isBroadcast() || path.isMulticast()) {
            return;
        }
        if (local == null && !groupReplies.tryTake(path.source(), remote, nowNanos)) {
            ip.drops().count(DropReason.ICMP_RATE_LIMITED);
            return;
        }
        byte[] scratch = ip.scratch();
        int at = path.transportOffset();
        System.arraycopy(buffer, offset, scratch, at, length);
        long sum = protocol == IpProtocol.ICMPV6 ? path.pseudoHeaderSum(protocol, length) : 0;
        IcmpHeader.write(scratch, at, type, 0, IcmpHeader.rest(buffer, offset), length, sum);
        path.send(protocol, length, trafficClass, true, nowNanos);
    }
}
