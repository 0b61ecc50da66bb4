package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.protocol.vl1.bond.Bond;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPaths;
import java.net.InetSocketAddress;

/** State of one other node: keys, version, paths, and when what was last done. Thread: confined to the node. */
public final class RemotePeer implements Peer {
    /** Without traffic that is worth it for so long, a peer's paths are not kept; without any, it is forgotten. */
    public static final long ACTIVITY_MILLIS = 500_000;

    /** The first protocol version whose nodes answer ECHO. */
    private static final int ECHO_PROTOCOL = 5;

    /** The first protocol version that takes AES-GMAC-SIV. */
    private static final int AES_PROTOCOL = 12;

    private static final long WHOIS_REPLY_MILLIS = 100;
    private static final long PUSH_WINDOW_MILLIS = 30_000;
    private static final long ACTIVE_NOTICE_MILLIS = 5_000;
    private static final long HINTS_MILLIS = 30_000;

    /** For so long an address that the peer asked for may take to answer. */
    private static final long REDIRECT_MILLIS = 10_000;

    /** When anything authentic came, be it of no use; what {@link PeerLife} goes by. */
    long lastHeardMillis = Path.NEVER;

    PeerLife.State life = PeerLife.State.HEARD;
    long soughtSinceMillis = Path.NEVER;
    long lastSeekMillis = Path.NEVER;
    long nextReturnMillis = Path.NEVER;

    /** That it may be a new process is still to be told. */
    boolean returned;

    private final Identity identity;
    private final PeerKeys keys;
    private final long knownSinceMillis;
    private final PeerPaths paths = new PeerPaths();
    private final PeerTally tally = new PeerTally();
    private int relayedLatencyMillis = -1;
    private SoftwareVersion version;
    private boolean reportedDirect;

    private long lastReceiveMillis = Path.NEVER;
    /** Traffic that is worth keeping paths for ({@code protocol.md} 4.0). */
    private long lastNontrivialMillis = Path.NEVER;

    private long lastTrustedMillis = Path.NEVER;
    private long lastHelloMillis = Path.NEVER;
    private long lastPushSentMillis = Path.NEVER;
    private long lastPushReceivedMillis = Path.NEVER;
    private int pushesInWindow;
    private long lastWhoisReplyMillis = Path.NEVER;
    private long lastActiveNoticeMillis = Path.NEVER;
    private long lastHintsMillis = Path.NEVER;

    /** Where the peer has asked to be reached, and when; {@code null} if it has not, or is. */
    private InetSocketAddress redirect;

    private long redirectMillis = Path.NEVER;

    /** If several links are used together. */
    private Bond bond;

    /** Opened by the first packet of data, if there is a {@link SendStage}. */
    private SendLane lane;

    /** @param knownSinceMillis epoch milliseconds, or {@link Path#NEVER} for a root */
    RemotePeer(Identity identity, PeerKeys keys, long knownSinceMillis) {
        this.identity = identity;
        this.keys = keys;
        this.knownSinceMillis = knownSinceMillis;
    }

    @Override
    public long address() {
        return identity.address();
    }

    @Override
    public Identity identity() {
        return identity;
    }

    public PeerKeys keys() {
        return keys;
    }

    public PeerPaths paths() {
        return paths;
    }

    /** What is counted of it. */
    public PeerTally tally() {
        return tally;
    }

    /** How its links are used together; {@code null} for one path at a time. */
    public Bond bond() {
        return bond;
    }

    public void bond(Bond replacement) {
        bond = replacement;
    }

    /** As its HELLO or OK(HELLO) said; {@code null} while unknown. */
    public SoftwareVersion version() {
        return version;
    }

    public void version(SoftwareVersion announced) {
        version = announced;
    }

    @Override
    public int protocolVersion() {
        return version == null ? 0 : version.protocol();
    }

    /** How packets to it are sealed. */
    public CipherSuite suite() {
        return protocolVersion() >= AES_PROTOCOL ? CipherSuite.AES_GMAC_SIV : CipherSuite.SALSA2012_POLY1305;
    }

    public boolean answersEcho() {
        // Software 1.1.0 claims ECHO and fails at it.
        return version != null
                && version.protocol() >= ECHO_PROTOCOL
                && !(version.major() == 1 && version.minor() == 1 && version.revision() == 0);
    }

    @Override
    public boolean hasDirectPath(long nowMillis) {
        return paths.best(nowMillis) != null;
    }

    @Override
    public int latencyMillis() {
        int direct = paths.latencyMillis();
        return direct >= 0 ? direct : relayedLatencyMillis;
    }

    /** Notes a round trip through a relay, in milliseconds. */
    public void relayedLatency(int sampleMillis) {
        relayedLatencyMillis = sampleMillis;
    }

    /**
     * A packet counts as received from it.
     *
     * @param nontrivial whether it shows that paths are worth keeping
     * @param trusted whether it proves common membership
     */
    public void received(boolean nontrivial, boolean trusted, long nowMillis) {
        lastReceiveMillis = nowMillis;
        if (nontrivial) {
            lastNontrivialMillis = nowMillis;
        }
        if (trusted) {
            lastTrustedMillis = nowMillis;
        }
    }

    /** {@link Path#NEVER} if nothing has come. */
    public long lastReceiveMillis() {
        return lastReceiveMillis;
    }

    /** When it was heard of last, or made known. */
    public long lastKnownMillis() {
        return Math.max(lastReceiveMillis, knownSinceMillis);
    }

    /** Whether its paths are worth keeping. */
    public boolean isActive(long nowMillis) {
        return nowMillis - lastNontrivialMillis < ACTIVITY_MILLIS;
    }

    public boolean isTrusted(long nowMillis) {
        return nowMillis - lastTrustedMillis < Path.TRUST_MILLIS;
    }

    /** A round of HELLOs went out to keep it in reach. */
    public void helloSent(long nowMillis) {
        lastHelloMillis = nowMillis;
    }

    public long sinceHelloMillis(long nowMillis) {
        return nowMillis - lastHelloMillis;
    }

    /** Whether PUSH_DIRECT_PATHS is due; then it counts as sent. */
    public boolean admitPush(long intervalMillis, long nowMillis) {
        if (nowMillis - lastPushSentMillis < intervalMillis) {
            return false;
        }
        lastPushSentMillis = nowMillis;
        return true;
    }

    /** What we last told it of our addresses is out of date: the next {@link #admitPush} is admitted. */
    public void pushSoon() {
        lastPushSentMillis = Path.NEVER;
    }

    /** Counts a PUSH_DIRECT_PATHS received: how many came before it, none more than 30 s after the one before. */
    public int countPush(long nowMillis) {
        boolean sameWindow = nowMillis - lastPushReceivedMillis <= PUSH_WINDOW_MILLIS;
        pushesInWindow = sameWindow ? pushesInWindow + 1 : 0;
        lastPushReceivedMillis = nowMillis;
        return pushesInWindow;
    }

    /** Whether its WHOIS may be answered, {@code always} or every 100 ms; then it counts as answered. */
    public boolean admitWhoisReply(boolean always, long nowMillis) {
        if (!always && nowMillis - lastWhoisReplyMillis < WHOIS_REPLY_MILLIS) {
            return false;
        }
        lastWhoisReplyMillis = nowMillis;
        return true;
    }

    /** Whether it is to be looked for where it is configured to be; then that counts as done. */
    public boolean admitHints(long nowMillis) {
        if (nowMillis - lastHintsMillis < HINTS_MILLIS) {
            return false;
        }
        lastHintsMillis = nowMillis;
        return true;
    }

    /** Whether VL2 is to be told that it is active; then that counts as told. */
    public boolean admitActiveNotice(long nowMillis) {
        if (nowMillis - lastActiveNoticeMillis < ACTIVE_NOTICE_MILLIS) {
            return false;
        }
        lastActiveNoticeMillis = nowMillis;
        return true;
    }

    /** The peer wants to be reached at an address, which has to answer first. */
    public void redirect(InetSocketAddress wanted, long nowMillis) {
        redirect = wanted;
        redirectMillis = nowMillis;
    }

    /** Whether an address that has answered is where the peer asked not long ago to be reached; then that is settled. */
    public boolean admitRedirect(InetSocketAddress answered, long nowMillis) {
        boolean wanted = answered.equals(redirect) && nowMillis - redirectMillis < REDIRECT_MILLIS;
        if (wanted) {
            redirect = null;
        }
        return wanted;
    }

    /** Makes the next notice due at once. */
    public void expectActiveNotice() {
        lastActiveNoticeMillis = Path.NEVER;
    }

    /** Notes whether it is reached directly; true if that is news. */
    public boolean changeDirect(boolean direct) {
        boolean changed = direct != reportedDirect;
        reportedDirect = direct;
        return changed;
    }

    /** Whether it is silent and sought, and so must not be forgotten yet. */
    public boolean isSought() {
        return life == PeerLife.State.SOUGHT;
    }

    /** The lane of its data, opened if need be; {@code null} if there is no stage. */
    public SendLane lane(SendStage stage) {
        if (lane == null && stage != null) {
            lane = stage.lane(address(), keys);
        }
        return lane;
    }

    public boolean isCongested() {
        return lane != null && lane.isCongested();
    }

    public void closeLane() {
        if (lane != null) {
            lane.close();
            lane = null;
        }
    }

    /** What is to be stored of it. */
    public PeerRecord record() {
        SoftwareVersion known = version == null ? new SoftwareVersion(0, 0, 0, 0) : version;
        long heard = lastReceiveMillis == Path.NEVER ? PeerRecord.UNKNOWN_TIME : lastReceiveMillis;
        return new PeerRecord(identity, known, paths.remotes(), heard);
    }

    @Override
    public String toString() {
        return Address.format(address());
    }
}
