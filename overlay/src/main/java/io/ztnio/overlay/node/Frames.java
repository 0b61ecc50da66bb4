package io.ztnio.overlay.node;

import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Datagrams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What sessions carry: one byte that says the kind, then the content.
 *
 * <pre>
 *  KEEPALIVE       1 revision of the announcement received (4)
 *  RAW             1 content
 *  RAW_BROADCAST   1 content
 *  ETHERNET        1 EtherType (2)   3 payload
 *  ETHERNET_GROUP  1 group MAC (6)   7 EtherType (2)   9 payload
 *  ANNOUNCE        1 revision (4)   5 name length (1)   6 name   count (1)   addresses
 *  PEERS           1 count (1)   per peer: node id (5)   address   port (2)
 *  GOODBYE
 *  address: length 4 or 16 (1), bytes
 * </pre>
 *
 * Stateless.
 */
final class Frames {
    static final int KEEPALIVE = 0;
    static final int RAW = 1;
    static final int RAW_BROADCAST = 2;
    static final int ETHERNET = 3;
    static final int ETHERNET_GROUP = 4;
    static final int ANNOUNCE = 5;
    static final int PEERS = 6;
    static final int GOODBYE = 7;

    static final int ETHERNET_HEADER = 3;
    static final int GROUP_HEADER = 9;
    static final int MAX_RAW = Datagrams.MAX_FRAME - 1;
    private static final int MAX_NAME = 63;
    private static final int MAX_PEERS = 255;
    private static final int LONGEST_PEER = 5 + 1 + 16 + 2;

    private Frames() {}

    /** What a member says of itself. */
    record Announcement(int revision, Optional<String> name, List<InetAddress> addresses) {}

    /** A member that another one knows. */
    record Introduction(long nodeId, InetSocketAddress endpoint) {}

    static int writeKeepalive(byte[] buffer, int at, int revision) {
        buffer[at] = KEEPALIVE;
        Bytes.i32(buffer, at + 1, revision);
        return 5;
    }

    static int writeAnnouncement(byte[] buffer, int at, Announcement announcement) {
        buffer[at] = ANNOUNCE;
        Bytes.i32(buffer, at + 1, announcement.revision);
        byte[] name = announcement.name.orElse("").getBytes(StandardCharsets.US_ASCII);
        int to = at + 5;
        buffer[to++] = (byte) name.length;
        System.arraycopy(name, 0, buffer, to, name.length);
        to += name.length;
        buffer[to++] = (byte) announcement.addresses.size();
        for (InetAddress address : announcement.addresses) {
            to = writeAddress(buffer, to, address);
        }
        return to - at;
    }

    /** The announcement, or {@code null} if it is not well-formed. */
    static Announcement readAnnouncement(byte[] buffer, int offset, int length) {
        Reader in = new Reader(buffer, offset + 1, offset + length);
        int revision = in.i32();
        int nameLength = in.u8();
        if (!in.has(nameLength) || nameLength > MAX_NAME) {
            return null;
        }
        String name = new String(buffer, in.at, nameLength, StandardCharsets.US_ASCII);
        in.at += nameLength;
        int count = in.u8();
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count && !in.failed; i++) {
            addresses.add(in.address());
        }
        boolean named = name.isEmpty() || NetworkAccess.isName(name);
        if (in.failed || in.at != in.end || count > NetworkAccess.MAX_ADDRESSES || !named) {
            return null;
        }
        return new Announcement(revision, name.isEmpty() ? Optional.empty() : Optional.of(name), addresses);
    }

    /** Writes as many as one frame takes, from the first on. */
    static int writePeers(byte[] buffer, int at, List<Introduction> peers) {
        buffer[at] = PEERS;
        int to = at + 2;
        int count = 0;
        for (Introduction peer : peers) {
            if (count == MAX_PEERS || to - at + LONGEST_PEER > Datagrams.MAX_FRAME) {
                break;
            }
            Bytes.u40(buffer, to, peer.nodeId);
            to = writeAddress(buffer, to + 5, peer.endpoint.getAddress());
            Bytes.u16(buffer, to, peer.endpoint.getPort());
            to += 2;
            count++;
        }
        buffer[at + 1] = (byte) count;
        return to - at;
    }

    /** The peers, or {@code null} if the frame is not well-formed. */
    static List<Introduction> readPeers(byte[] buffer, int offset, int length) {
        Reader in = new Reader(buffer, offset + 1, offset + length);
        int count = in.u8();
        List<Introduction> peers = new ArrayList<>();
        for (int i = 0; i < count && !in.failed; i++) {
            long id = in.u40();
            InetAddress address = in.address();
            int port = in.u16();
            if (!in.failed) {
                peers.add(new Introduction(id, new InetSocketAddress(address, port)));
            }
        }
        return in.failed || in.at != in.end ? null : peers;
    }

    private static int writeAddress(byte[] buffer, int at, InetAddress address) {
        byte[] bytes = address.getAddress();
        buffer[at] = (byte) bytes.length;
        System.arraycopy(bytes, 0, buffer, at + 1, bytes.length);
        return at + 1 + bytes.length;
    }

    /** Reads until something is missing; then everything is 0. */
    private static final class Reader {
        private final byte[] buffer;
        private final int end;
        private int at;
        private boolean failed;

        Reader(byte[] buffer, int at, int end) {
            this.buffer = buffer;
            this.at = at;
            this.end = end;
        }

        boolean has(int bytes) {
            failed |= end - at < bytes;
            return !failed;
        }

        int u8() {
            return has(1) ? Bytes.u8(buffer, at++) : 0;
        }

        int u16() {
            return has(2) ? Bytes.u16(buffer, (at += 2) - 2) : 0;
        }

        int i32() {
            return has(4) ? Bytes.i32(buffer, (at += 4) - 4) : 0;
        }

        long u40() {
            return has(5) ? Bytes.u40(buffer, (at += 5) - 5) : 0;
        }

        InetAddress address() {
            int length = u8();
            if ((length != 4 && length != 16) || !has(length)) {
                failed = true;
                return null;
            }
            byte[] bytes = new byte[length];
            System.arraycopy(buffer, at, bytes, 0, length);
            at += length;
            try {
                return InetAddress.getByAddress(bytes);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("4 or 16 bytes are an address", e);
            }
        }
    }
}
