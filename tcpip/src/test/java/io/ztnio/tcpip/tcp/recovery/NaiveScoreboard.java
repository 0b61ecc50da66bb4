package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.timer.TimerWheel;
import java.util.ArrayList;
import java.util.List;

/** A scoreboard that is a plain list, walked for every question: what {@link SegmentScoreboard} has to agree with. */
final class NaiveScoreboard {
    /** A segment in flight. */
    static final class Entry {
        long sequence;
        int length;
        long sentNanos;
        boolean fin;
        boolean sacked;
        boolean lost;
        boolean retransmitted;
        boolean everRetransmitted;

        /** Whether it counts for losses by count: it is not below what was looked at. */
        boolean counted = true;

        long end() {
            return sequence + length;
        }

        boolean isInNetwork() {
            return !sacked && (!lost || retransmitted);
        }

        boolean isWaiting() {
            return lost && !retransmitted;
        }
    }

    final List<Entry> entries = new ArrayList<>();
    private final RackDetector rack;
    long everLostBytes;
    long deliveredBytes;
    int ackedSegments;
    long ackedSentNanos;
    private long lowestOriginal;

    NaiveScoreboard(RackDetector rack) {
        this.rack = rack;
    }

    void beginAcknowledgment() {
        deliveredBytes = 0;
        ackedSegments = 0;
        ackedSentNanos = SegmentScoreboard.NO_TIME;
        lowestOriginal = Long.MAX_VALUE;
    }

    void append(long sequence, int length, boolean fin, long now) {
        Entry entry = new Entry();
        entry.sequence = sequence;
        entry.length = length;
        entry.fin = fin;
        entry.sentNanos = now;
        entries.add(entry);
    }

    void acknowledge(long una) {
        boolean ambiguous = false;
        while (!entries.isEmpty() && entries.get(0).end() <= una) {
            Entry entry = entries.remove(0);
            ackedSegments++;
            ambiguous |= entry.everRetransmitted;
            if (!entry.sacked) {
                ackedSentNanos = entry.sentNanos;
                deliver(entry);
            }
        }
        if (!entries.isEmpty() && entries.get(0).sequence < una) {
            Entry entry = entries.get(0);
            entry.length -= (int) (una - entry.sequence);
            entry.sequence = una;
        }
        if (ambiguous) {
            ackedSentNanos = SegmentScoreboard.NO_TIME;
        }
    }

    private void deliver(Entry entry) {
        deliveredBytes += entry.length;
        if (!entry.everRetransmitted) {
            lowestOriginal = Math.min(lowestOriginal, entry.sequence);
        }
    }

    void sack(long left, long right) {
        for (Entry entry : entries) {
            if (entry.sequence >= left && entry.end() <= right && !entry.sacked) {
                deliver(entry);
                entry.sacked = true;
                entry.lost = false;
                entry.retransmitted = false;
            }
        }
    }

    boolean isOriginalDelivered(long sequence) {
        return lowestOriginal < sequence;
    }

    private void lose(Entry entry) {
        if (entry.isInNetwork()) {
            entry.lost = true;
            entry.retransmitted = false;
            everLostBytes += entry.length;
        }
    }

    void markFirstLost() {
        if (!entries.isEmpty()) {
            lose(entries.get(0));
        }
    }

    void markLostUntil(long sentBefore) {
        markFirstLost();
        for (Entry entry : entries) {
            if (entry.sentNanos <= sentBefore) {
                lose(entry);
            }
            entry.counted = false;
        }
    }

    void forgetSacks() {
        for (Entry entry : entries) {
            if (entry.sacked) {
                entry.sacked = false;
                entry.lost = true;
                entry.everRetransmitted = true;
                everLostBytes += entry.length;
            }
            entry.counted = false;
        }
    }

    void forgetLosses() {
        for (Entry entry : entries) {
            entry.lost &= entry.retransmitted;
        }
    }

    /** RFC 6675 IsLost, once for each segment: three that are sacked lie above it. */
    void detectLossByCount() {
        int above = 0;
        for (Entry entry : entries) {
            above += entry.sacked && entry.counted ? 1 : 0;
        }
        for (Entry entry : entries) {
            if (!entry.counted) {
                continue;
            }
            above -= entry.sacked ? 1 : 0;
            if (above < 3) {
                return;
            }
            entry.counted = false;
            lose(entry);
        }
    }

    long detectLossByTime(long window, long now) {
        long deadline = TimerWheel.NEVER;
        for (Entry entry : entries) {
            if (entry.isInNetwork() && rack.isAfter(entry.sentNanos, entry.end())) {
                long until = entry.sentNanos + rack.rttNanos() + window;
                if (until <= now) {
                    lose(entry);
                } else {
                    deadline = Math.min(deadline, until);
                }
            }
        }
        return deadline;
    }

    void splitFirst(int bytes) {
        Entry rest = entries.get(0);
        Entry entry = new Entry();
        entry.sequence = rest.sequence;
        entry.length = bytes;
        entry.sentNanos = rest.sentNanos;
        entry.lost = rest.lost;
        entry.everRetransmitted = rest.everRetransmitted;
        entry.counted = rest.counted;
        rest.sequence += bytes;
        rest.length -= bytes;
        entries.add(0, entry);
    }

    void retransmit(int at, long now) {
        Entry entry = entries.get(at);
        entry.retransmitted = true;
        entry.everRetransmitted = true;
        entry.sentNanos = now;
    }

    /** The place of the lowest that waits to be sent again, or -1. */
    int nextLost() {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).isWaiting()) {
                return i;
            }
        }
        return -1;
    }

    int nextLost(long edge) {
        int at = nextLost();
        boolean fits = at >= 0 && (entries.get(at).end() <= edge || (at == 0 && entries.get(at).sequence < edge));
        return fits ? at : -1;
    }

    long pipeBytes() {
        long pipe = 0;
        for (Entry entry : entries) {
            pipe += !entry.sacked && !entry.lost ? entry.length : 0;
            pipe += entry.retransmitted ? entry.length : 0;
        }
        return pipe;
    }

    long outstandingBytes() {
        long sum = 0;
        for (Entry entry : entries) {
            sum += entry.length;
        }
        return sum;
    }

    long sackedBytes() {
        long sum = 0;
        for (Entry entry : entries) {
            sum += entry.sacked ? entry.length : 0;
        }
        return sum;
    }

    int sackedSegments() {
        int count = 0;
        for (Entry entry : entries) {
            count += entry.sacked ? 1 : 0;
        }
        return count;
    }
}
