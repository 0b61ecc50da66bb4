package io.ztnio.tcpip.group;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Iterator;

/**
 * Writes the messages of one protocol. Records gather in a report until {@link #flush}, or until it is full.
 *
 * <pre>
 *  report: 0 type   2 checksum   6 number of records   8 records
 *  record: 0 type   1 auxiliary data, none   2 number of sources   4 group   sources
 * </pre>
 *
 * <p>Thread: confined to the gate.
 */
abstract class GroupMessages {
    /** Record types (RFC 3376 4.2.12, RFC 3810 5.2.12). */
    static final int IS_INCLUDE = 1;

    static final int IS_EXCLUDE = 2;
    static final int TO_INCLUDE = 3;
    static final int TO_EXCLUDE = 4;
    static final int ALLOW = 5;
    static final int BLOCK = 6;

    /** Any link carries that much. */
    private static final int MOST_BYTES = 1280;

    private static final int REPORT_BYTES = 8;
    private static final int RECORD_BYTES = 4;

    final Link link;
    final byte[] packet = new byte[Link.HEADROOM + MOST_BYTES + Link.TAILROOM];
    private final int addressBytes;
    private final int reportAt;
    private int records;
    private int end;

    /** @param headerBytes of IP, with the option "router alert" */
    GroupMessages(Link link, int addressBytes, int headerBytes) {
        this.link = link;
        this.addressBytes = addressBytes;
        this.reportAt = Link.HEADROOM + headerBytes;
        this.end = reportAt + REPORT_BYTES;
    }

    /** Adds a record; nothing if it would say nothing. */
    final void add(int type, InetAddress group, Collection<InetAddress> sources, long nowNanos) {
        boolean isChangeOfSources = type == ALLOW || type == BLOCK || type == IS_INCLUDE;
        if (isChangeOfSources && sources.isEmpty()) {
            return;
        }
        // RFC 3376 4.2.16: what does not fit goes to another record, but a list of exceptions is cut.
        boolean whole = type == IS_EXCLUDE || type == TO_EXCLUDE;
        int recordBytes = RECORD_BYTES + addressBytes;
        Iterator<InetAddress> rest = sources.iterator();
        do {
            int least = recordBytes + (whole ? sources.size() : Math.min(1, sources.size())) * addressBytes;
            int limit = Link.HEADROOM + MOST_BYTES;
            if (records > 0 && end + least > limit) {
                flush(nowNanos);
            }
            int at = end;
            end += recordBytes;
            int count = 0;
            while (rest.hasNext() && end + addressBytes <= limit) {
                System.arraycopy(rest.next().getAddress(), 0, packet, end, addressBytes);
                end += addressBytes;
                count++;
            }
            BigEndian.i32(packet, at, type << 24 | count);
            System.arraycopy(group.getAddress(), 0, packet, at + RECORD_BYTES, addressBytes);
            records++;
        } while (!whole && rest.hasNext());
    }

    /** Sends the records added. */
    final void flush(long nowNanos) {
        if (records > 0) {
            BigEndian.i32(packet, reportAt, 0);
            BigEndian.i32(packet, reportAt + 4, records);
            int length = end - reportAt;
            clear();
            sendReport(reportAt, length, nowNanos);
        }
    }

    /** Forgets the records added. */
    final void clear() {
        records = 0;
        end = reportAt + REPORT_BYTES;
    }

    /** Sends the report that stands at {@code at}, of which type and checksum are missing. */
    abstract void sendReport(int at, int length, long nowNanos);

    /** Says in an older version that a group is listened to. */
    abstract void sendOlderReport(QuerierVersion version, InetAddress group, long nowNanos);

    /** Says in an older version that a group is listened to no more. */
    abstract void sendLeave(InetAddress group, long nowNanos);
}
