package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes and seals the frames that go to the members of a network. Thread: confined to the gate. */
final class Outbox {
    private static final int FRAME_AT = Datagrams.DATA_HEADER;

    private final NodeCore node;
    private final Membership network;
    private final Frames.Announcement announcement;
    private final byte[] scratch = new byte[Datagrams.MAX_LENGTH];

    Outbox(NodeCore node, Membership network, Frames.Announcement announcement) {
        this.node = node;
        this.network = network;
        this.announcement = announcement;
    }

    /**
     * Sends a raw frame to a member. It waits if the member is known but not there yet, as long as there is room.
     *
     * @return false if it was dropped, and counted
     */
    boolean sendFrame(long nodeId, byte[] data, int offset, int length, long nowNanos) {
        Member member = network.member(nodeId);
        if (member == null || length > Frames.MAX_RAW) {
            node.drops().count(member == null ? DropReason.UNKNOWN_PEER : DropReason.TOO_BIG);
            return false;
        }
        return send(member, raw(Frames.RAW, data, offset, length), nowNanos);
    }

    /**
     * Sends a raw frame to every member that is there.
     *
     * @return to how many
     */
    int broadcastFrame(byte[] data, int offset, int length, long nowNanos) {
        if (length > Frames.MAX_RAW) {
            node.drops().count(DropReason.TOO_BIG);
            return 0;
        }
        int sent = 0;
        for (Member member : network.members.values()) {
            if (member.isOnline() && send(member, raw(Frames.RAW_BROADCAST, data, offset, length), nowNanos)) {
                sent++;
            }
        }
        return sent;
    }

    private int raw(int kind, byte[] data, int offset, int length) {
        scratch[FRAME_AT] = (byte) kind;
        System.arraycopy(data, offset, scratch, FRAME_AT + 1, length);
        return 1 + length;
    }

    /**
     * Sends an Ethernet frame. The payload, 64 bytes before and 32 behind it are overwritten.
     *
     * @param destinationMac a member's, or a group's: then it goes to everybody who is there
     */
    void sendEthernet(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (length + Frames.GROUP_HEADER > Datagrams.MAX_FRAME) {
            node.drops().count(DropReason.TOO_BIG);
            return;
        }
        if ((destinationMac >>> 40 & 1) != 0) {
            sendToGroup(destinationMac, etherType, buffer, offset, length, nowNanos);
            return;
        }
        long nodeId = DerivedAddresses.nodeOfMac(destinationMac);
        Member member = nodeId < 0 ? null : network.member(nodeId);
        if (member == null) {
            node.drops().count(DropReason.UNKNOWN_PEER);
            return;
        }
        int frame = offset - Frames.ETHERNET_HEADER;
        buffer[frame] = Frames.ETHERNET;
        Bytes.u16(buffer, frame + 1, etherType);
        send(member, buffer, frame, Frames.ETHERNET_HEADER + length, nowNanos);
    }

    private void sendToGroup(long groupMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        for (Member member : network.members.values()) {
            if (member.isOnline()) {
                scratch[FRAME_AT] = Frames.ETHERNET_GROUP;
                Bytes.u48(scratch, FRAME_AT + 1, groupMac);
                Bytes.u16(scratch, FRAME_AT + 7, etherType);
                System.arraycopy(buffer, offset, scratch, FRAME_AT + Frames.GROUP_HEADER, length);
                send(member, Frames.GROUP_HEADER + length, nowNanos);
            }
        }
    }

    private boolean send(Member member, int length, long nowNanos) {
        return send(member, scratch, FRAME_AT, length, nowNanos);
    }

    boolean send(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        Channel channel = member.current;
        if (channel == null || !channel.session().isUsable(nowNanos)) {
            return keepForLater(member, buffer, offset, length, nowNanos);
        }
        int datagram = channel.session().seal(buffer, offset, length);
        node.send(member.socket, member.endpoint, buffer, offset - Datagrams.DATA_HEADER, datagram);
        member.sentNanos = nowNanos;
        return true;
    }

    private boolean keepForLater(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (member.waiting.size() >= Member.MAX_WAITING) {
            node.drops().count(DropReason.PEER_OFFLINE);
            return false;
        }
        member.waiting.add(Arrays.copyOfRange(buffer, offset, offset + length));
        network.reach(member, nowNanos);
        return true;
    }

    void announce(Member member, long nowNanos) {
        send(member, Frames.writeAnnouncement(scratch, FRAME_AT, announcement), nowNanos);
    }

    void sendKeepalive(Member member, long nowNanos) {
        send(member, Frames.writeKeepalive(scratch, FRAME_AT, member.receivedRevision), nowNanos);
    }

    void introduceOthersTo(Member member, long nowNanos) {
        List<Frames.Introduction> others = new ArrayList<>();
        // Begins with whoever comes after it, so that a full frame does not always leave out the same ones.
        for (int pass = 0; pass < 2; pass++) {
            for (Member other : network.members.values()) {
                if (other != member && other.isOnline() && (other.id > member.id) == (pass == 0)) {
                    others.add(new Frames.Introduction(other.id, other.endpoint));
                }
            }
        }
        if (!others.isEmpty()) {
            send(member, Frames.writePeers(scratch, FRAME_AT, others), nowNanos);
        }
    }

    void introduceToOthers(Member member, long nowNanos) {
        List<Frames.Introduction> one = List.of(new Frames.Introduction(member.id, member.endpoint));
        for (Member other : network.members.values()) {
            if (other != member && other.isOnline()) {
                send(other, Frames.writePeers(scratch, FRAME_AT, one), nowNanos);
            }
        }
    }

    void flush(Member member, long nowNanos) {
        for (byte[] frame = member.waiting.poll(); frame != null; frame = member.waiting.poll()) {
            System.arraycopy(frame, 0, scratch, FRAME_AT, frame.length);
            send(member, frame.length, nowNanos);
        }
    }

    void sayGoodbye(Member member, long nowNanos) {
        scratch[FRAME_AT] = Frames.GOODBYE;
        send(member, 1, nowNanos);
    }
}
