package io.ztnio.overlay.node;

import static io.ztnio.overlay.session.Datagrams.*;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.identity.X25519;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Cookies;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.DropCounters;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.session.Handshake;
import io.ztnio.overlay.session.HandshakeRates;
import io.ztnio.overlay.session.NoiseHandshake;
import io.ztnio.overlay.session.PlainHandshake;
import io.ztnio.overlay.session.Session;
import io.ztnio.protocol.transport.DatagramSender;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The handshakes of a node, those that it began and those that others began, both bounded. Thread: confined to the gate.
 */
final class Handshakes {
    /** Handshakes begun by us that may be under way. */
    static final int MAX_ATTEMPTS = 512;

    /** Handshakes begun by others that may be under way. */
    static final int MAX_HALF_OPEN = 512;

    static final int MAX_TRIES = 6;
    private static final int MAX_REFUSALS = 8;
    private static final long FIRST_WAIT_NANOS = 300_000_000L;
    private static final long LONGEST_WAIT_NANOS = 4_000_000_000L;
    private static final long HALF_OPEN_NANOS = 10_000_000_000L;
    private static final long REPLACEABLE_NANOS = 1_000_000_000L;

    private final Identity identity;
    private final IndexTable<IndexOwner> indexes;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final DatagramSender sender;
    private final DropCounters drops;
    private final Cookies cookies;
    private final HandshakeRates rates;
    private final Map<HalfOpen.Origin, HalfOpen> halfOpen = new LinkedHashMap<>();
    private final Map<Target, Attempt> attempts = new HashMap<>();
    private final byte[] scratch = new byte[MAX_LENGTH];

    private record Target(long networkId, InetSocketAddress endpoint) {}

    Handshakes(
            Identity identity,
            IndexTable<IndexOwner> indexes,
            EventLoop loop,
            RandomGenerator random,
            DatagramSender sender,
            DropCounters drops,
            long nowNanos) {
        this.identity = identity;
        this.indexes = indexes;
        this.loop = loop;
        this.random = random;
        this.sender = sender;
        this.drops = drops;
        this.cookies = new Cookies(random, nowNanos);
        this.rates = new HandshakeRates(random.nextInt(), nowNanos);
    }

    int halfOpenCount() {
        return halfOpen.size();
    }

    /** Whether a handshake with whoever is there is under way. */
    boolean isUnderWay(Membership network, InetSocketAddress endpoint) {
        return attempts.containsKey(new Target(network.id(), endpoint));
    }

    /** Begins a handshake with whoever is there, unless one is under way or too many are. */
    boolean start(Membership network, InetSocketAddress endpoint, int socket, long nowNanos) {
        Target target = new Target(network.id(), endpoint);
        if (attempts.containsKey(target) || attempts.size() >= MAX_ATTEMPTS || indexes.isFull()) {
            return false;
        }
        Handshake handshake = handshake(network, true);
        byte[] init = new byte[INIT_LENGTH];
        Attempt attempt = new Attempt(network, endpoint, socket, handshake, init);
        attempt.localIndex = indexes.add(attempt);
        Bytes.i32(init, INIT_SENDER, attempt.localIndex);
        Bytes.i64(init, INIT_NETWORK, network.id());
        Datagrams.begin(init, 0, network.type(INIT));
        handshake.write(init, INIT_NOISE);
        network.mac().write(init, 0, INIT_MAC);
        attempts.put(target, attempt);
        transmit(attempt, nowNanos);
        return true;
    }

    private Handshake handshake(Membership network, boolean initiator) {
        if (!network.isSecure()) {
            return new PlainHandshake(identity);
        }
        byte[] ephemeral = new byte[X25519.LENGTH];
        random.nextBytes(ephemeral);
        return new NoiseHandshake(initiator, identity, network.key().bytes(), network.prologue(), ephemeral);
    }

    /** Sends what is due again and again, until it is answered or nobody is there. */
    private void transmit(Attempt attempt, long nowNanos) {
        if (attempt.tries == MAX_TRIES) {
            end(attempt);
            attempt.network.onAttemptFailed(attempt.endpoint);
            return;
        }
        if (attempt.last == null) {
            sender.send(attempt.socket, attempt.endpoint, attempt.init, 0, INIT_LENGTH);
        } else {
            sender.send(attempt.repliedSocket, attempt.repliedFrom, attempt.last, 0, FINAL_LENGTH);
        }
        long wait = Math.min(LONGEST_WAIT_NANOS, FIRST_WAIT_NANOS << attempt.tries);
        attempt.tries++;
        attempt.timer = loop.at(nowNanos + wait, now -> transmit(attempt, now));
    }

    private void end(Attempt attempt) {
        forget(attempt);
        indexes.remove(attempt.localIndex);
    }

    private void forget(Attempt attempt) {
        attempt.timer.cancel();
        attempts.remove(new Target(attempt.network.id(), attempt.endpoint), attempt);
    }

    /** Ends everything that is under way for a network. */
    void abandon(Membership network) {
        for (Attempt attempt : attempts.values().toArray(Attempt[]::new)) {
            if (attempt.network == network) {
                end(attempt);
            }
        }
        for (HalfOpen half : halfOpen.values().toArray(HalfOpen[]::new)) {
            if (half.network == network) {
                end(half);
            }
        }
    }

    private void end(HalfOpen half) {
        half.expiry.cancel();
        halfOpen.remove(half.origin, half);
        indexes.remove(half.localIndex);
    }

    /** Somebody begins. Its length is right, and its network is ours. */
    void onInit(Membership network, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        if (!network.mac().matches(buffer, offset, INIT_MAC)) {
            drops.count(DropReason.BAD_MAC);
            return;
        }
        HalfOpen.Origin origin = new HalfOpen.Origin(from, Bytes.i32(buffer, offset + INIT_SENDER));
        byte[] first = Arrays.copyOfRange(buffer, offset, offset + INIT_MAC);
        HalfOpen known = halfOpen.get(origin);
        if (known != null && Arrays.equals(known.firstMessage, first)) {
            sender.send(known.socket, from, known.reply, 0, REPLY_LENGTH);
            return;
        }
        if (!rates.takeFree(nowNanos) && !isProved(network, socket, from, buffer, offset, nowNanos)) {
            return;
        }
        if (known != null) {
            end(known);
        }
        if (!hasRoom(nowNanos)) {
            drops.count(DropReason.HANDSHAKE_TABLE_FULL);
            return;
        }
        Handshake handshake = handshake(network, false);
        if (!handshake.read(buffer, offset + INIT_NOISE)) {
            drops.count(DropReason.HANDSHAKE_FAILED);
            return;
        }
        if (!isWilling(handshake)) {
            drops.count(DropReason.HANDSHAKE_FAILED);
            return;
        }
        byte[] reply = new byte[REPLY_LENGTH];
        HalfOpen half = new HalfOpen(network, origin, socket, handshake, first, reply, nowNanos);
        half.localIndex = indexes.add(half);
        Datagrams.begin(reply, 0, network.type(REPLY));
        Bytes.i32(reply, REPLY_SENDER, half.localIndex);
        Bytes.i32(reply, REPLY_RECEIVER, origin.remoteIndex());
        handshake.write(reply, REPLY_NOISE);
        network.mac().write(reply, 0, REPLY_MAC);
        half.expiry = loop.at(nowNanos + HALF_OPEN_NANOS, now -> end(half));
        halfOpen.put(origin, half);
        sender.send(socket, from, reply, 0, REPLY_LENGTH);
    }

    /** Whether the other side's first key gives a secret at all. */
    private static boolean isWilling(Handshake handshake) {
        return !(handshake instanceof NoiseHandshake noise) || noise.canAnswer();
    }

    /** Under load: whether the sender has shown that it receives where it sends from. If not, it is given the means. */
    private boolean isProved(
            Membership network, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        if (cookies.matches(from, buffer, offset + INIT_COOKIE, nowNanos)) {
            if (rates.takeProved(from.getAddress(), nowNanos)) {
                return true;
            }
            drops.count(DropReason.HANDSHAKE_RATE);
            return false;
        }
        drops.count(DropReason.COOKIE_MISSING);
        Datagrams.begin(scratch, 0, network.type(COOKIE));
        System.arraycopy(buffer, offset + INIT_SENDER, scratch, COOKIE_RECEIVER, Integer.BYTES);
        System.arraycopy(buffer, offset + INIT_MAC, scratch, COOKIE_ECHO, MAC_LENGTH);
        cookies.write(from, scratch, COOKIE_VALUE, nowNanos);
        network.mac().write(scratch, 0, COOKIE_MAC);
        sender.send(socket, from, scratch, 0, COOKIE_REPLY_LENGTH);
        return false;
    }

    /** Makes room by giving up the oldest that had its chance. */
    private boolean hasRoom(long nowNanos) {
        if (halfOpen.size() < MAX_HALF_OPEN && !indexes.isFull()) {
            return true;
        }
        HalfOpen oldest =
                halfOpen.isEmpty() ? null : halfOpen.values().iterator().next();
        if (oldest == null || nowNanos - oldest.sinceNanos < REPLACEABLE_NANOS) {
            return false;
        }
        end(oldest);
        return true;
    }

    /** We shall show that we receive where we send from. */
    void onCookie(Attempt attempt, byte[] buffer, int offset, long nowNanos) {
        boolean answers = attempt.last == null
                && Arrays.equals(
                        attempt.init,
                        INIT_MAC,
                        INIT_MAC + MAC_LENGTH,
                        buffer,
                        offset + COOKIE_ECHO,
                        offset + COOKIE_ECHO + MAC_LENGTH)
                && attempt.network.mac().matches(buffer, offset, COOKIE_MAC);
        if (!answers) {
            drops.count(DropReason.UNEXPECTED_COOKIE);
            return;
        }
        System.arraycopy(buffer, offset + COOKIE_VALUE, attempt.init, INIT_COOKIE, COOKIE_LENGTH);
        // The next try carries it. At once the other side would be as busy as it is now.
    }

    /** The other side replies. */
    void onReply(Attempt attempt, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        Membership network = attempt.network;
        if (!network.mac().matches(buffer, offset, REPLY_MAC)) {
            drops.count(DropReason.BAD_MAC);
            return;
        }
        if (attempt.last != null) {
            return; // a copy: what answers it is sent again by the clock
        }
        if (!attempt.handshake.read(buffer, offset + REPLY_NOISE)) {
            drops.count(DropReason.HANDSHAKE_FAILED);
            if (++attempt.refusals > MAX_REFUSALS) {
                end(attempt);
                network.onAttemptFailed(attempt.endpoint);
            }
            return;
        }
        PublicIdentity other = new PublicIdentity(attempt.handshake.remoteKey());
        DropReason refusal = network.refusal(other);
        if (refusal != null) {
            drops.count(refusal);
            end(attempt);
            network.onRefused(attempt.endpoint, refusal, nowNanos);
            return;
        }
        byte[] last = new byte[FINAL_LENGTH];
        Datagrams.begin(last, 0, network.type(FINAL));
        int remoteIndex = Bytes.i32(buffer, offset + REPLY_SENDER);
        Bytes.i32(last, FINAL_RECEIVER, remoteIndex);
        attempt.handshake.write(last, FINAL_NOISE);
        network.mac().write(last, 0, FINAL_MAC);
        attempt.session =
                new Session(attempt.handshake, attempt.localIndex, remoteIndex, true, !network.isSecure(), nowNanos);
        attempt.identity = other;
        attempt.last = last;
        attempt.repliedFrom = from;
        attempt.repliedSocket = socket;
        attempt.tries = 0;
        attempt.timer.cancel();
        transmit(attempt, nowNanos);
    }

    /** A sealed frame for a session that waits for it: the other side has the network's key. */
    boolean onConfirmation(Attempt attempt, byte[] buffer, int offset, int length, long nowNanos) {
        if (attempt.session == null) {
            drops.count(DropReason.UNKNOWN_SESSION);
            return false;
        }
        DropReason refusal = attempt.session.open(buffer, offset, length, nowNanos);
        if (refusal == null) {
            refusal = attempt.network.refusal(attempt.identity);
        }
        if (refusal != null) {
            drops.count(refusal);
            return false;
        }
        forget(attempt);
        attempt.network.onEstablished(
                attempt.identity,
                attempt.session,
                attempt.repliedSocket,
                attempt.repliedFrom,
                attempt.endpoint,
                nowNanos);
        return true;
    }

    /** The last message of a handshake that another side began. */
    void onFinal(HalfOpen half, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        Membership network = half.network;
        if (!network.mac().matches(buffer, offset, FINAL_MAC)) {
            drops.count(DropReason.BAD_MAC);
            return;
        }
        if (!half.handshake.read(buffer, offset + FINAL_NOISE)) {
            drops.count(DropReason.HANDSHAKE_FAILED);
            return;
        }
        PublicIdentity other = new PublicIdentity(half.handshake.remoteKey());
        DropReason refusal = network.refusal(other);
        if (refusal != null) {
            drops.count(refusal);
            end(half);
            return;
        }
        half.expiry.cancel();
        halfOpen.remove(half.origin, half);
        Session session = new Session(
                half.handshake, half.localIndex, half.origin.remoteIndex(), false, !network.isSecure(), nowNanos);
        network.onEstablished(other, session, socket, from, null, nowNanos);
    }
}
