package io.ztnio.it.load;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Nodes that only ask. Thread: belongs to one thread. */
final class LoadNodes implements AutoCloseable {
    enum Question {
        HELLO,
        WHOIS
    }

    /** The last protocol version that gets suite 1: no node here waits for the other's version. */
    private static final SoftwareVersion VERSION = new SoftwareVersion(11, 1, 14, 1);

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int IN_RE = PacketHeader.LENGTH;

    private record Member(Identity identity, PeerKeys keys, DatagramChannel channel) {}

    private final Identity root;
    private final InetSocketAddress address;
    private final Selector selector = Selector.open();
    private final List<Member> members = new ArrayList<>();
    private final Set<Long> known = new HashSet<>();
    private final Map<Long, Long> asked = new HashMap<>();
    private final List<Long> answered = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(500);
    private final byte[] packet = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ByteBuffer in = ByteBuffer.allocate(PacketHeader.MAX_PACKET_LENGTH);

    LoadNodes(Identity root, InetSocketAddress address) throws IOException {
        this.root = root;
        this.address = address;
    }

    void add(Identity identity, InetSocketAddress bind) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        Member member = new Member(identity, PeerKeys.agree(identity, root), channel);
        members.add(member);
        channel.bind(bind);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, member);
    }

    /** All say HELLO, once a second until they are answered; returns how many were. */
    int meet(long deadlineNanos) throws IOException {
        long next = System.nanoTime();
        while (known.size() < members.size() && System.nanoTime() < deadlineNanos) {
            if (System.nanoTime() >= next) {
                next = System.nanoTime() + AGAIN_NANOS;
                for (Member member : members) {
                    if (!known.contains(member.identity.address())) {
                        hello(member);
                        receive(0);
                    }
                }
            }
            receive(20);
        }
        return known.size();
    }

    /** Each that is known asks so often; what becomes of that, in words. */
    String ask(int each, Question question) throws IOException {
        asked.clear();
        answered.clear();
        List<Member> asking = members.stream()
                .filter(member -> known.contains(member.identity.address()))
                .toList();
        int total = each * asking.size();
        int lost = 0;
        long start = System.nanoTime();
        for (int sent = 0; sent < total || !asked.isEmpty(); ) {
            while (sent < total && asked.size() < RootLoad.WINDOW) {
                Member member = asking.get(sent % asking.size());
                long id = question == Question.HELLO
                        ? hello(member)
                        : whois(member, asking.get((sent * 7 + 1) % asking.size()));
                asked.put(id, System.nanoTime());
                sent++;
            }
            receive(5);
            long now = System.nanoTime();
            int before = asked.size();
            asked.values().removeIf(at -> now - at > LOST_NANOS);
            lost += before - asked.size();
        }
        long nanos = System.nanoTime() - start;
        long[] sorted = answered.stream().mapToLong(Long::longValue).sorted().toArray();
        return total + " asked, " + lost + " lost, " + total * TimeUnit.SECONDS.toNanos(1) / nanos
                + " a second, median " + micros(sorted, 0.5) + " us, 99 of 100 within " + micros(sorted, 0.99) + " us";
    }

    private static long micros(long[] sorted, double part) {
        return sorted.length == 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(sorted[(int) ((sorted.length - 1) * part)]);
    }

    private long hello(Member member) throws IOException {
        ByteWriter writer = begin(member, Verb.HELLO);
        Hello hello = new Hello(VERSION, System.currentTimeMillis(), member.identity, address, 0, 0, List.of());
        hello.write(writer);
        HelloMask.apply(member.keys, packet, 0, writer.position() - hello.maskedLength(), writer.position());
        return send(member, CipherSuite.POLY1305_NONE, writer.position());
    }

    private long whois(Member member, Member other) throws IOException {
        ByteWriter writer = begin(member, Verb.WHOIS);
        writer.putAddress(other.identity.address());
        return send(member, CipherSuite.SALSA2012_POLY1305, writer.position());
    }

    private ByteWriter begin(Member member, Verb verb) {
        PacketHeader.write(packet, 0, 0, root.address(), member.identity.address(), verb);
        BigEndian.putLong(packet, PacketHeader.ID, random.nextLong());
        packet[PacketHeader.FLAGS] = 0;
        return new ByteWriter(packet, PacketHeader.LENGTH);
    }

    private long send(Member member, CipherSuite suite, int length) throws IOException {
        long id = Armor.seal(member.keys, suite, packet, 0, length);
        member.channel.send(ByteBuffer.wrap(packet, 0, length), address);
        return id;
    }

    private void receive(int millis) throws IOException {
        if (millis == 0) {
            selector.selectNow();
        } else {
            selector.select(millis);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Member member = (Member) key.attachment();
            for (SocketAddress from = member.channel.receive(in.clear());
                    from != null;
                    from = member.channel.receive(in.clear())) {
                onDatagram(member, Arrays.copyOf(in.array(), in.position()));
            }
        }
        selector.selectedKeys().clear();
    }

    private void onDatagram(Member member, byte[] datagram) {
        boolean opened = datagram.length > IN_RE && Armor.open(member.keys, datagram, 0, datagram.length);
        if (!opened || PacketHeader.verb(datagram, 0) != Verb.OK) {
            return;
        }
        ByteReader reader = new ByteReader(datagram);
        reader.skip(IN_RE);
        OkHeader.read(reader).ifPresent(ok -> {
            if (ok.inReVerb() == Verb.HELLO) {
                known.add(member.identity.address());
            }
            Long at = asked.remove(ok.inRePacketId());
            if (at != null) {
                answered.add(System.nanoTime() - at);
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
