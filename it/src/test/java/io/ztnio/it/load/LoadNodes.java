package io.ztnio.it.load;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
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

/** Nodes that ask, and answer HELLO. Thread: belongs to one thread. */
final class LoadNodes implements AutoCloseable {
    enum Question {
        HELLO,
        WHOIS
    }

    /** The last protocol version that gets suite 1: no node here waits for the other's version. */
    private static final SoftwareVersion VERSION = new SoftwareVersion(11, 1, 14, 1);

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Between two looks for what is lost. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Behind protocol and software version ({@code protocol.md} 4.2). */
    private static final int HELLO_TIMESTAMP = PacketHeader.LENGTH + 5;

    private record Member(Identity identity, PeerKeys keys, DatagramChannel channel) {}

    @SuppressWarnings("ArrayRecordComponent") // of a list, compared by nobody
    private record Sealed(Member member, long id, byte[] bytes) {}

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
                        send(hello(member));
                        receive(0);
                    }
                }
            }
            receive(20);
        }
        return known.size();
    }

    /**
     * Each that is known asks so often; what becomes of that, in words. The questions are sealed before the first is sent: what
     * the asking costs is not to be what is measured.
     */
    String ask(int each, Question question) throws IOException {
        List<Member> asking = members.stream()
                .filter(member -> known.contains(member.identity.address()))
                .toList();
        List<Sealed> questions = new ArrayList<>();
        for (int i = 0; i < each * asking.size(); i++) {
            Member member = asking.get(i % asking.size());
            questions.add(
                    question == Question.HELLO
                            ? hello(member)
                            : whois(member, asking.get((i * 7 + 1) % asking.size())));
        }
        asked.clear();
        answered.clear();
        int lost = 0;
        long start = System.nanoTime();
        long nextLook = start + LOOK_NANOS;
        for (int sent = 0; sent < questions.size() || !asked.isEmpty(); ) {
            while (sent < questions.size() && asked.size() < RootLoad.WINDOW) {
                Sealed next = questions.get(sent++);
                asked.put(next.id, System.nanoTime());
                send(next);
            }
            receive(5);
            long now = System.nanoTime();
            if (now >= nextLook) {
                nextLook = now + LOOK_NANOS;
                int before = asked.size();
                asked.values().removeIf(at -> now - at > LOST_NANOS);
                lost += before - asked.size();
            }
        }
        long nanos = System.nanoTime() - start;
        long[] sorted = answered.stream().mapToLong(Long::longValue).sorted().toArray();
        return questions.size() + " asked, " + lost + " lost, "
                + questions.size() * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos) + " a second, median "
                + micros(sorted, 0.5) + " us, 99 of 100 within " + micros(sorted, 0.99) + " us";
    }

    private static long micros(long[] sorted, double part) {
        return sorted.length == 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(sorted[(int) ((sorted.length - 1) * part)]);
    }

    private Sealed hello(Member member) {
        ByteWriter writer = begin(member, Verb.HELLO);
        Hello hello = new Hello(VERSION, System.currentTimeMillis(), member.identity, address, 0, 0, List.of());
        hello.write(writer);
        HelloMask.apply(member.keys, packet, 0, writer.position() - hello.maskedLength(), writer.position());
        return seal(member, CipherSuite.POLY1305_NONE, writer.position());
    }

    private Sealed whois(Member member, Member other) {
        ByteWriter writer = begin(member, Verb.WHOIS);
        writer.putAddress(other.identity.address());
        return seal(member, CipherSuite.SALSA2012_POLY1305, writer.position());
    }

    private ByteWriter begin(Member member, Verb verb) {
        PacketHeader.write(packet, 0, 0, root.address(), member.identity.address(), verb);
        BigEndian.putLong(packet, PacketHeader.ID, random.nextLong());
        packet[PacketHeader.FLAGS] = 0;
        return new ByteWriter(packet, PacketHeader.LENGTH);
    }

    private Sealed seal(Member member, CipherSuite suite, int length) {
        long id = Armor.seal(member.keys, suite, packet, 0, length);
        return new Sealed(member, id, Arrays.copyOf(packet, length));
    }

    private void send(Sealed question) throws IOException {
        question.member.channel.send(ByteBuffer.wrap(question.bytes), address);
    }

    private void receive(int millis) throws IOException {
        if (millis == 0) {
            selector.selectNow(this::onReadable);
        } else {
            selector.select(this::onReadable, millis);
        }
    }

    /** Takes one datagram: if there are more, the selector says so again. */
    private void onReadable(SelectionKey key) {
        Member member = (Member) key.attachment();
        try {
            if (member.channel.receive(in.clear()) != null) {
                onDatagram(member, Arrays.copyOf(in.array(), in.position()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onDatagram(Member member, byte[] datagram) throws IOException {
        if (datagram.length <= PacketHeader.LENGTH || !Armor.open(member.keys, datagram, 0, datagram.length)) {
            return;
        }
        Verb verb = PacketHeader.verb(datagram, 0);
        if (verb == Verb.HELLO) {
            answerHello(member, datagram);
        } else if (verb == Verb.OK) {
            ByteReader reader = new ByteReader(datagram);
            reader.skip(PacketHeader.LENGTH);
            OkHeader.read(reader).ifPresent(ok -> onOk(member, ok));
        }
    }

    private void onOk(Member member, OkHeader ok) {
        if (ok.inReVerb() == Verb.HELLO) {
            known.add(member.identity.address());
        }
        Long at = asked.remove(ok.inRePacketId());
        if (at != null) {
            answered.add(System.nanoTime() - at);
        }
    }

    /** The root asks whether a node is where its datagrams come from: until it is answered it sends little there. */
    private void answerHello(Member member, byte[] hello) throws IOException {
        ByteWriter writer = begin(member, Verb.OK);
        new OkHeader(Verb.HELLO.code(), PacketHeader.id(hello, 0)).write(writer);
        long timestamp = BigEndian.getLong(hello, HELLO_TIMESTAMP);
        new OkHello(timestamp, VERSION, address, Bytes.EMPTY).write(writer);
        send(seal(member, CipherSuite.SALSA2012_POLY1305, writer.position()));
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
