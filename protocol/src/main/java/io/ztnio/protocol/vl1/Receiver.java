package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * From datagram to authentic packet ({@code protocol.md} 2.7, 3.1, 4.0 and 8.9). Thread: confined to the node.
 */
final class Receiver {
    private static final int BEACON_LENGTH = 13;

    private final Core core;
    private final Reassembly<Path> reassembly = new Reassembly<>();
    private final ReplayFilter replays = new ReplayFilter();
    private final ReceivedPacket packet = new ReceivedPacket();
    private final Arrival arrival = new Arrival();
    private final byte[] decompressed = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ArrayDeque<Identity> arrivedIdentities = new ArrayDeque<>();

    Receiver(Core core) {
        this.core = core;
    }

    Arrival arrival() {
        return arrival;
    }

    /** Notes an identity that has become known; who waits for it is told when the packet in hand is done. */
    void identityArrived(Identity identity) {
        arrivedIdentities.add(identity);
    }

    void onDatagram(
            int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowMillis, long nanos) {
        core.counters.received(length);
        arrival.set(socket, from, nanos);
        if (length > PacketHeader.MAX_PACKET_LENGTH) {
            core.counters.drop(DropReason.TOO_LONG);
        } else if (length == BEACON_LENGTH) {
            core.counters.drop(DropReason.LEGACY_BEACON);
        } else if (FragmentHeader.isFragment(buffer, offset, length)) {
            onFragment(buffer, offset, length, nowMillis);
        } else if (length < PacketHeader.LENGTH) {
            core.counters.drop(DropReason.TOO_SHORT);
        } else {
            onHead(buffer, offset, length, nowMillis);
        }
        settle(nowMillis);
    }

    private void onFragment(byte[] buffer, int offset, int length, long nowMillis) {
        if (FragmentHeader.destination(buffer, offset) != core.address) {
            core.relay.onFragment(buffer, offset, length, arrival.socket, arrival.from, nowMillis);
            return;
        }
        long bad = reassembly.drops(Reassembly.Drop.MALFORMED) + reassembly.drops(Reassembly.Drop.TOO_LONG);
        Reassembly.Packet<Path> complete = reassembly.onFragment(buffer, offset, length, arrival.ingressNanos);
        onPiece(complete, bad, nowMillis);
    }

    private void onHead(byte[] buffer, int offset, int length, long nowMillis) {
        long source = PacketHeader.source(buffer, offset);
        if (source == core.address || Address.isReserved(source)) {
            core.counters.drop(DropReason.BAD_SOURCE);
        } else if (PacketHeader.destination(buffer, offset) != core.address) {
            core.relay.onHead(buffer, offset, length, arrival.socket, arrival.from, nowMillis);
        } else if (PacketHeader.isFragmented(buffer, offset)) {
            Path known = core.paths.find(arrival.socket, arrival.from);
            Path origin = known != null ? known : new Path(arrival.socket, arrival.from);
            long bad = reassembly.drops(Reassembly.Drop.MALFORMED) + reassembly.drops(Reassembly.Drop.TOO_LONG);
            onPiece(reassembly.onHead(buffer, offset, length, origin, arrival.ingressNanos), bad, nowMillis);
        } else {
            onPacket(buffer, offset, length, nowMillis);
        }
    }

    private void onPiece(Reassembly.Packet<Path> complete, long badBefore, long nowMillis) {
        if (complete != null) {
            arrival.set(complete.origin().socket, complete.origin().remote, complete.ingressNanos());
            onPacket(complete.buffer(), 0, complete.length(), nowMillis);
            return;
        }
        long bad = reassembly.drops(Reassembly.Drop.MALFORMED) + reassembly.drops(Reassembly.Drop.TOO_LONG);
        if (bad != badBefore) {
            core.counters.drop(DropReason.BAD_FRAGMENT);
        }
    }

    /** Takes a whole packet for us, as it came from the wire. */
    private void onPacket(byte[] buffer, int offset, int length, long nowMillis) {
        RemotePeer sender = authenticate(buffer, offset, length, nowMillis);
        if (sender == null) {
            return;
        }
        core.counters.authenticated();
        long packetId = PacketHeader.id(buffer, offset);
        Verb verb = PacketHeader.verb(buffer, offset);
        if (!replays.admit(packetId, replaySalt(sender, verb))) {
            core.counters.drop(DropReason.REPLAYED);
            return;
        }
        if (!isSalted(verb) || replays.admit(packetId, sender.address())) {
            core.life.heard(sender, verb, nowMillis);
        }
        int hops = PacketHeader.hops(buffer, offset);
        packet.set(sender, packetId, verb, hops, false)
                .arrival(arrival.socket, arrival.from, arrival.ingressNanos)
                .bytes(buffer, offset, length);
        if (PacketHeader.isCompressed(buffer, offset)) {
            int fullLength = Compression.decompress(buffer, offset, length, decompressed);
            if (fullLength < 0) {
                core.counters.drop(DropReason.BAD_COMPRESSION);
                return;
            }
            packet.bytes(decompressed, 0, fullLength);
        }
        if (core.verbs.dispatch(packet, nowMillis) == VerbHandler.Outcome.NOT_YET) {
            core.deferred.addOpened(packet, arrival, nowMillis);
        }
    }

    /** The sender of a packet that is authentic, which is decrypted then; {@code null} if it was dropped or deferred. */
    private RemotePeer authenticate(byte[] buffer, int offset, int length, long nowMillis) {
        CipherSuite suite = CipherSuite.of(PacketHeader.cipher(buffer, offset));
        if (suite == null) {
            core.counters.drop(DropReason.UNKNOWN_CIPHER);
            return null;
        }
        if (suite == CipherSuite.POLY1305_NONE && PacketHeader.verb(buffer, offset) == Verb.HELLO) {
            return core.hello.authenticate(buffer, offset, length, arrival.from, nowMillis);
        }
        if (suite == CipherSuite.TRUSTED_PATH) {
            long trustedId = core.config.pathPolicy().trustedPathId(arrival.from);
            if (trustedId == 0 || trustedId != PacketHeader.mac(buffer, offset)) {
                core.counters.drop(DropReason.UNTRUSTED_PATH);
                return null;
            }
        }
        long source = PacketHeader.source(buffer, offset);
        RemotePeer sender = core.peers.get(source);
        if (sender == null) {
            core.deferred.addSealed(buffer, offset, length, arrival, nowMillis);
            core.whois.request(source, nowMillis);
            return null;
        }
        if (suite != CipherSuite.TRUSTED_PATH && !Armor.open(sender.keys, buffer, offset, length)) {
            core.counters.drop(DropReason.AUTHENTICATION_FAILED);
            return null;
        }
        return sender;
    }

    private static boolean isSalted(Verb verb) {
        return verb == Verb.HELLO || verb == Verb.ECHO;
    }

    /** HELLO and ECHO may leave their sender by several sockets with one ID, and each wants its answer. */
    private long replaySalt(RemotePeer sender, Verb verb) {
        if (!isSalted(verb)) {
            return sender.address();
        }
        return sender.address() ^ ((long) (arrival.from.hashCode() * 31 + arrival.socket) << 40);
    }

    /** Tells of identities that arrived, and tries deferred packets again that are due. */
    void settle(long nowMillis) {
        do {
            while (!arrivedIdentities.isEmpty()) {
                Identity identity = arrivedIdentities.removeFirst();
                core.handler.onIdentity(identity, nowMillis);
                core.queue.flush(identity.address(), core.transmitter, nowMillis);
                core.deferred.retryNow();
            }
            if (core.deferred.deadlineMillis() <= nowMillis) {
                retryDeferred(nowMillis);
            }
        } while (!arrivedIdentities.isEmpty());
    }

    private void retryDeferred(long nowMillis) {
        core.deferred.startRound(nowMillis);
        for (int place = 0; place < DeferredRing.CAPACITY; place++) {
            DeferredRing.Entry entry = core.deferred.at(place, nowMillis);
            if (entry == null) {
                continue;
            }
            long source = PacketHeader.source(entry.bytes, 0);
            RemotePeer sender = core.peers.get(source);
            if (sender == null) {
                core.whois.request(source, nowMillis);
                continue;
            }
            arrival.set(entry.socket, entry.from, entry.ingressNanos);
            // First: one that makes a handler throw is not tried for ever, and does not keep the others from being
            // tried.
            core.deferred.remove(place, entry);
            if (!entry.opened) {
                onPacket(entry.bytes, 0, entry.bytes.length, nowMillis);
                continue;
            }
            packet.set(sender, entry.packetId, entry.verb, entry.hops, true)
                    .arrival(entry.socket, entry.from, entry.ingressNanos)
                    .bytes(entry.bytes, 0, entry.bytes.length);
            if (core.verbs.dispatch(packet, nowMillis) == VerbHandler.Outcome.NOT_YET) {
                core.deferred.putBack(place, entry);
            }
        }
    }
}
