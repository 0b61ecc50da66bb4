package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.message.WorldVersion;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerSeeker;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.vl1.send.ReplyBudget;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** HELLO and ECHO, as we send them to find, confirm and keep paths ({@code protocol.md} 4.2 and 8.2). Thread: confined to the node. */
public final class Contact implements PeerSeeker {
    /** A HELLO without moons to an IPv6 address; to an IPv4 address it is 12 shorter. */
    private static final int HELLO_BYTES = 149;

    /** An upstream that packets go through is asked after so much silence, and by HELLO after so much. */
    private static final long UPSTREAM_PROBE_MILLIS = 3_000;

    private static final long UPSTREAM_HELLO_MILLIS = 6_000;

    private final Identity self;
    private final SoftwareVersion version;
    private final Topology topology;
    private final ControlPackets packets;
    private final ReplyBudget budget;
    private final PathAdmission admission;

    /** @param version what we announce */
    public Contact(
            Identity self,
            SoftwareVersion version,
            Topology topology,
            ControlPackets packets,
            ReplyBudget budget,
            PathAdmission admission) {
        this.self = self;
        this.version = version;
        this.topology = topology;
        this.packets = packets;
        this.budget = budget;
        this.admission = admission;
    }

    /** Sends HELLO to a physical address; {@link DatagramSender#ALL_SOCKETS} is usual for one that is new. */
    public void hello(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        ByteWriter writer = packets.begin(peer.address(), Verb.HELLO);
        packets.drawId();
        World planet = topology.planet();
        Hello hello = new Hello(
                version,
                nowMillis,
                self,
                remote,
                planet == null ? 0 : planet.id(),
                planet == null ? 0 : planet.timestamp(),
                moons());
        hello.write(writer);
        int masked = writer.position() - hello.maskedLength();
        HelloMask.apply(peer.keys(), writer.array(), 0, masked, writer.position());
        packets.sendHello(peer, socket, remote, nowMillis);
    }

    private List<WorldVersion> moons() {
        List<WorldVersion> moons = new ArrayList<>();
        for (World moon : topology.moons()) {
            moons.add(WorldVersion.moon(moon.id(), moon.timestamp()));
        }
        for (long wanted : topology.wantedMoons()) {
            moons.add(WorldVersion.moon(wanted, 0));
        }
        return moons;
    }

    /** Sends HELLO through the best upstream, if there is one in reach. */
    void helloThroughRelay(RemotePeer peer, long nowMillis) {
        RemotePeer upstream = topology.best(nowMillis, peer.address());
        PeerPath path = upstream == null ? null : upstream.paths().best(nowMillis);
        if (path != null) {
            peer.helloSent(nowMillis);
            hello(peer, path.path.socket, path.path.remote, nowMillis);
        }
    }

    /** Sends what makes the peer answer from an address: ECHO if it knows that, otherwise HELLO. */
    public void probe(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        if (!peer.answersEcho()) {
            hello(peer, socket, remote, nowMillis);
            return;
        }
        echo(peer, socket, remote, nowMillis);
    }

    /** Sends ECHO to a peer that answers it; its ID on the wire. */
    long echo(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        packets.begin(peer.address(), Verb.ECHO);
        return packets.sendTo(peer, socket, remote, true, nowMillis);
    }

    /** As {@link #probe}, where somebody says that the peer is: as often as our {@link ReplyBudget} for that place allows. */
    public void tryOut(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        if (budget.admit(peer, remote, HELLO_BYTES, 0, nowMillis)) {
            probe(peer, socket, remote, nowMillis);
        }
    }

    /**
     * As {@link #tryOut}, where a root says that the peer is, who tries the same at about this time: first our own NAT is opened, lest
     * what comes early makes it refuse what comes later ({@code protocol.md} 4.6).
     */
    public void meet(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        if (budget.admit(peer, remote, HELLO_BYTES, 0, nowMillis)) {
            packets.punch(socket, remote);
            probe(peer, socket, remote, nowMillis);
        }
    }

    /** Looks for a peer without a direct path where the configuration says that it may be, every 30 s. */
    public void tryHints(RemotePeer peer, long nowMillis) {
        List<InetSocketAddress> hints = admission.hints(peer.address());
        if (hints.isEmpty() || !peer.admitHints(nowMillis)) {
            return;
        }
        for (InetSocketAddress hint : hints) {
            hello(peer, DatagramSender.ALL_SOCKETS, hint, nowMillis);
        }
    }

    /**
     * Asks a peer that was heard from a new address to confirm it, once per second and address, and as often as our {@link
     * ReplyBudget} for that place allows.
     *
     * @return whether it is asked
     */
    boolean confirm(RemotePeer peer, Path path, long nowMillis) {
        boolean asks = path.admitConfirmation(nowMillis) && budget.admit(peer, path.remote, HELLO_BYTES, 0, nowMillis);
        if (asks) {
            hello(peer, path.socket, path.remote, nowMillis);
        }
        return asks;
    }

    /** Asks a path that we use but do not hear from for a sign of life, now and then. */
    public void probeSilent(RemotePeer peer, PeerPath path, long nowMillis) {
        if (path.admitProbe(nowMillis)) {
            probe(peer, path.path.socket, path.path.remote, nowMillis);
        }
    }

    /**
     * Asks an upstream that we depend on at the moment, and that is silent, whether it is there: so the next best is taken within
     * seconds if not. One that has begun anew does not know us, and answers nothing but a HELLO.
     */
    public void probeUpstream(RemotePeer upstream, PeerPath path, long nowMillis) {
        long silence = nowMillis - path.lastReceiveMillis();
        if (silence < UPSTREAM_PROBE_MILLIS || !path.admitProbe(nowMillis)) {
            return;
        }
        if (silence < UPSTREAM_HELLO_MILLIS) {
            probe(upstream, path.path.socket, path.path.remote, nowMillis);
        } else {
            hello(upstream, path.path.socket, path.path.remote, nowMillis);
        }
    }

    @Override
    public void seek(RemotePeer peer, long nowMillis) {
        for (int i = 0; i < peer.paths().count(); i++) {
            Path path = peer.paths().get(i).path;
            hello(peer, path.socket, path.remote, nowMillis);
        }
        helloThroughRelay(peer, nowMillis);
    }
}
