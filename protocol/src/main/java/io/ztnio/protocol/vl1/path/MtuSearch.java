package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.wire.FragmentHeader;

/**
 * How long a datagram one path takes, found by questions of that length that nobody may fragment ({@code protocol.md} 8.16). It
 * begins with the usual length, and asks only while packets go by the path that are longer, and only for lengths that would have
 * the longest of them go in fewer datagrams. A longer one is used after an answer, and doubted as soon as one is late.
 *
 * <p>Sans-I/O. Thread: confined to the node. Times are milliseconds on any one clock.
 */
public final class MtuSearch {
    /** What every usual path takes, and what is used until a question was answered. */
    public static final int BASE_BYTES = PathPolicy.DEFAULT_MTU;

    /** The longest question: its answer, which is nine bytes longer, still goes in seven datagrams of the usual length. */
    public static final int MAX_BYTES = 9_919;

    /** Questions of one length without an answer that say that it is too long. */
    static final int TRIES = 3;

    /** From a question to the next one; peers answer once in 166 ms. */
    static final long WAIT_MILLIS = 1_000;

    /** How long it counts that a length was too long. */
    static final long AGAIN_MILLIS = 600_000;

    /** The same of one that had been answered before. */
    static final long BLACK_HOLE_MILLIS = 60_000;

    /** How old an answer may be while packets of its length go by the path. */
    static final long CHECK_MILLIS = 10_000;

    /** The same while nothing comes by the path. */
    static final long SILENT_CHECK_MILLIS = 3_000;

    /** After questions that say nothing, because the path was silent altogether; a path silent for so long is asked nothing new. */
    static final long PAUSE_MILLIS = 5_000;

    /** How long after a packet longer than the usual datagram the path is looked after. */
    static final long USE_MILLIS = 3_000;

    private int provenBytes = BASE_BYTES;
    private long provenMillis = Path.NEVER;
    /** An answer is late: until it comes datagrams have the usual length. */
    private boolean doubtful;

    /** Of the packets that went in several datagrams, the longest; 0 if nothing is to be gained. */
    private int wantedBytes;

    private long lastLongMillis = Path.NEVER;
    private boolean idle = true;

    private int tooLongBytes = Integer.MAX_VALUE;
    private long forgetMillis = Long.MAX_VALUE;

    /** Length of the question that is open; 0 if none is. */
    private int askedBytes;

    private final long[] ids = new long[TRIES];
    private int tries;
    private long firstAskedMillis;
    private long lastAskedMillis;
    private long pausedUntilMillis = Path.NEVER;

    /** Longest datagram to send now, {@link #BASE_BYTES} to {@link #MAX_BYTES}. */
    public int bytes() {
        return doubtful ? BASE_BYTES : provenBytes;
    }

    /**
     * A packet longer than {@link #BASE_BYTES} goes by the path.
     *
     * @return whether nobody looked after the path, so that {@link #due} is to be called from now on
     */
    public boolean onLongPacket(int bytes, long nowMillis) {
        lastLongMillis = nowMillis;
        if (bytes > provenBytes && bytes > wantedBytes) {
            wantedBytes = Math.min(bytes, MAX_BYTES);
        }
        boolean begins = idle;
        idle = false;
        return begins;
    }

    /**
     * What is to be asked now; to be called again after {@link #asked} or {@link #tooLong}.
     *
     * @param heardMillis when something authentic came by the path
     * @return length of the datagram, or 0 for nothing
     */
    public int due(long heardMillis, long nowMillis) {
        if (nowMillis >= forgetMillis) {
            tooLongBytes = Integer.MAX_VALUE;
            forgetMillis = Long.MAX_VALUE;
        }
        if (askedBytes != 0) {
            if (nowMillis - lastAskedMillis < WAIT_MILLIS) {
                return 0;
            }
            doubtful |= askedBytes == provenBytes;
            if (tries < TRIES) {
                return askedBytes;
            }
            conclude(heardMillis, nowMillis);
        }
        if (nowMillis - lastLongMillis >= USE_MILLIS) {
            idle = true;
            return 0;
        }
        if (nowMillis < pausedUntilMillis) {
            return 0;
        }
        long silence = nowMillis - heardMillis;
        boolean unheard = silence >= WAIT_MILLIS && lastLongMillis > heardMillis;
        if (provenBytes > BASE_BYTES && (doubtful || isStale(unheard, nowMillis))) {
            return provenBytes;
        }
        return silence >= PAUSE_MILLIS ? 0 : candidate();
    }

    /** No try was answered. That says something of the length only if something else came through meanwhile. */
    private void conclude(long heardMillis, long nowMillis) {
        if (heardMillis - firstAskedMillis >= WAIT_MILLIS) {
            tooLong(askedBytes, nowMillis);
        } else {
            askedBytes = 0;
            pausedUntilMillis = nowMillis + PAUSE_MILLIS;
        }
    }

    private boolean isStale(boolean unheard, long nowMillis) {
        return nowMillis - provenMillis >= (unheard ? SILENT_CHECK_MILLIS : CHECK_MILLIS);
    }

    /** The length to try: first that of the whole packet, then by halving the numbers of datagrams that are left. */
    private int candidate() {
        int now = Fragmenter.pieces(wantedBytes, provenBytes);
        int fewest = 1;
        while (fewest < now && piece(fewest) >= tooLongBytes) {
            fewest++;
        }
        if (fewest >= now) {
            wantedBytes = 0;
            return 0;
        }
        return piece(fewest == 1 ? 1 : (fewest + now - 1) / 2);
    }

    /** The shortest datagram of which so many hold the longest packet. */
    private int piece(int count) {
        return (wantedBytes + (count - 1) * FragmentHeader.LENGTH + count - 1) / count;
    }

    /** A question has been sent. */
    public void asked(int bytes, long packetId, long nowMillis) {
        if (askedBytes != bytes) {
            askedBytes = bytes;
            tries = 0;
            firstAskedMillis = nowMillis;
        }
        ids[tries++] = packetId;
        lastAskedMillis = nowMillis;
    }

    /** A length does not pass: there was no answer, or the way out of this machine does not take it. */
    public void tooLong(int bytes, long nowMillis) {
        askedBytes = 0;
        tooLongBytes = Math.min(tooLongBytes, bytes);
        boolean passedBefore = bytes <= provenBytes;
        forgetMillis = nowMillis + (passedBefore ? BLACK_HOLE_MILLIS : AGAIN_MILLIS);
        if (passedBefore) {
            provenBytes = BASE_BYTES;
            doubtful = false;
        }
    }

    /** An ECHO was answered; whether it was a question of ours that is open. */
    public boolean answered(long packetId, long nowMillis) {
        for (int i = 0; askedBytes != 0 && i < tries; i++) {
            if (ids[i] == packetId) {
                provenBytes = askedBytes;
                provenMillis = nowMillis;
                doubtful = false;
                askedBytes = 0;
                return true;
            }
        }
        return false;
    }

    /** Whether nobody needs to look after the path, until {@link #onLongPacket} says so. */
    public boolean isIdle() {
        return idle;
    }

    /** The peer that was asked is not there any longer: the next one begins anew with what is known. */
    public void abandon() {
        askedBytes = 0;
        idle = true;
    }

    /** When {@link #due} is to be called next; {@link Long#MAX_VALUE} while nobody needs to look after the path. */
    public long deadlineMillis(long nowMillis) {
        if (idle) {
            return Long.MAX_VALUE;
        }
        return askedBytes != 0 ? lastAskedMillis + WAIT_MILLIS : nowMillis + WAIT_MILLIS;
    }
}
