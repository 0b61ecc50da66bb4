package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.WorldVersion;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** HELLO and ECHO, as we send them to find, confirm and keep paths ({@code protocol.md} 4.2 and 8.2). Thread: confined to the node. */
final class Contact {
    private final Core core;

    Contact(Core core) {
        this.core = core;
    }

    /** Sends HELLO to a physical address; {@link DatagramSender#ALL_SOCKETS} is usual for one that is new. */
    void hello(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        ByteWriter writer = core.transmitter.beginControl(peer.address(), Verb.HELLO);
        core.transmitter.drawControlId();
        World planet = core.topology.planet();
        Hello hello = new Hello(
                core.version(),
                nowMillis,
                core.self,
                remote,
                planet == null ? 0 : planet.id(),
                planet == null ? 0 : planet.timestamp(),
                moons());
        hello.write(writer);
        int masked = writer.position() - hello.maskedLength();
        HelloMask.apply(peer.keys, writer.array(), 0, masked, writer.position());
        core.transmitter.sendHello(peer, socket, remote, nowMillis);
    }

    private List<WorldVersion> moons() {
        List<WorldVersion> moons = new ArrayList<>();
        for (World moon : core.topology.moons()) {
            moons.add(WorldVersion.moon(moon.id(), moon.timestamp()));
        }
        for (long wanted : core.topology.wantedMoons()) {
            moons.add(WorldVersion.moon(wanted, 0));
        }
        return moons;
    }

    /** Sends HELLO through the best upstream; false if there is none in reach. */
    boolean helloThroughRelay(RemotePeer peer, long nowMillis) {
        RemotePeer upstream = core.topology.best(nowMillis, peer.address());
        PeerPath path = upstream == null ? null : upstream.bestPath(nowMillis);
        if (path == null) {
            return false;
        }
        peer.lastHelloMillis = nowMillis;
        hello(peer, path.path.socket, path.path.remote, nowMillis);
        return true;
    }

    /** Sends what makes the peer answer from an address: ECHO if it knows that, otherwise HELLO. */
    void probe(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        if (!peer.answersEcho()) {
            hello(peer, socket, remote, nowMillis);
            return;
        }
        core.transmitter.beginControl(peer.address(), Verb.ECHO);
        core.transmitter.sendControlTo(peer, socket, remote, true, nowMillis);
    }

    /** Asks a peer that was heard from a new address to confirm it, once per second and address. */
    void confirm(RemotePeer peer, Path path, long nowMillis) {
        if (nowMillis - path.lastConfirmHelloMillis < Timing.CONFIRM_HELLO_MILLIS) {
            return;
        }
        path.lastConfirmHelloMillis = nowMillis;
        hello(peer, path.socket, path.remote, nowMillis);
    }

    /** Asks a path that we use but do not hear from for a sign of life. */
    void probeSilent(RemotePeer peer, PeerPath path, long nowMillis) {
        if (nowMillis - path.lastProbeMillis < Timing.STALE_PROBE_MILLIS) {
            return;
        }
        path.lastProbeMillis = nowMillis;
        if (path.unansweredSinceMillis == Path.NEVER) {
            path.unansweredSinceMillis = nowMillis;
        }
        probe(peer, path.path.socket, path.path.remote, nowMillis);
    }

    /**
     * Our address of some scope and family has changed: its paths count only after they have answered ({@code protocol.md}
     * 8.6).
     */
    void distrustPaths(Path like, long nowMillis) {
        for (RemotePeer peer : core.peers.all()) {
            for (int i = 0; i < peer.pathCount(); i++) {
                PeerPath path = peer.path(i);
                if (path.path.scope == like.scope && path.path.isIpv6() == like.isIpv6() && path.path != like) {
                    path.unansweredSinceMillis = nowMillis - Timing.STALE_GIVE_UP_MILLIS;
                    path.lastProbeMillis = nowMillis;
                    probe(peer, path.path.socket, path.path.remote, nowMillis);
                }
            }
        }
    }
}
