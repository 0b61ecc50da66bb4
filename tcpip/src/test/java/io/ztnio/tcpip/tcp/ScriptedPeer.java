package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A stack under test with a peer that does what the script says. The clock is virtual; every segment that the stack
 * emits is recorded and has to be expected. Text as in {@link SegmentText}; numbers relative: the SYNs are 0. Both ends
 * start to count where {@link SequenceStarts} says.
 */
final class ScriptedPeer implements Gate {
    static final long MILLISECOND = 1_000_000L;
    private static final long RETRY_NANOS = 10_000_000;
    static final int PEER_PORT = 80;
    static final String OFFER = "<mss 1000,sackOK,ws 7>";

    final InetAddress own;
    final InetAddress remote;
    final FakeIp ip;
    final TcpLayer layer;
    final List<String> emitted = new ArrayList<>();
    final List<Integer> windows = new ArrayList<>();

    /** Of each segment emitted. */
    final List<Integer> trafficClasses = new ArrayList<>();

    /** Of each segment emitted: when, in nanoseconds since {@link #start}. */
    final List<Long> times = new ArrayList<>();

    private final Deque<Gate.Task> tasks = new ArrayDeque<>();
    private final TcpSegment parsed = new TcpSegment();
    StreamEndpoint stream;
    ListenerEndpoint listener;
    long now = 1_000_000_000_000L;
    long start = now;
    private final int peerTimestamp = SequenceStarts.current().peerTimestamp();
    int peerIss = SequenceStarts.current().peer();
    int ownIss;
    int ownPort;
    int peerPort = PEER_PORT;
    int peerShift = 7;

    /** How the stack scales its windows. */
    int ownShift = 7;

    /** Of the segments that the peer sends. */
    int trafficClass;

    /** TSval of the last segment emitted. */
    int lastTimestamp;

    byte[] lastPayload = new byte[0];

    /** Whether to keep what is emitted; if not, its checksum and header are checked and no more. */
    boolean recording = true;

    /** Where what the stack throws goes; otherwise it goes on to the test. */
    List<Throwable> thrown;

    /** What the gate throws at who posts next. */
    Error postFailure;

    /** The most slots of the flow table that one visit of the gate has looked at. */
    long mostProbesInside;

    private boolean inside;
    private boolean batching;
    private long deadline = Long.MAX_VALUE;

    ScriptedPeer() {
        this(config());
    }

    ScriptedPeer(TcpConfig.Builder config) {
        this(config, "10.0.0.1", "10.0.0.2");
    }

    ScriptedPeer(TcpConfig.Builder config, String own, String remote) {
        try {
            this.own = InetAddress.getByName(own);
            this.remote = InetAddress.getByName(remote);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
        ip = new FakeIp(this.own, this::onSent);
        layer = new TcpLayer(this, ip, SequenceStarts.current().own(config, now), new Random(42));
    }

    /** The settings that the scenarios assume. */
    static TcpConfig.Builder config() {
        return TcpConfig.builder()
                .timestamps(false)
                .quickAckSegments(0)
                .pacing(false)
                .maximumBufferBytes(4 << 20);
    }

    private void onSent(InetAddress local, InetAddress to, byte[] transport, long pseudoHeaderSum, long nowNanos) {
        long sum = pseudoHeaderSum + InternetChecksum.sum(transport, 0, transport.length);
        if (InternetChecksum.fold(sum) != 0xffff || !parsed.parse(transport, 0, transport.length, nowNanos)) {
            throw new AssertionError("a segment with a bad checksum or header");
        }
        if (parsed.has(TcpFlags.SYN)) {
            ownIss = parsed.sequence;
            ownPort = parsed.sourcePort;
        }
        if (!recording) {
            return;
        }
        emitted.add(SegmentText.format(parsed, ownIss, peerIss, peerTimestamp));
        times.add(now - start);
        windows.add(parsed.window);
        lastTimestamp = parsed.timestampValue;
        trafficClasses.add(ip.lastTrafficClass);
        if (parsed.payloadLength > 0) {
            lastPayload = new byte[parsed.payloadLength];
            System.arraycopy(transport, parsed.payloadOffset, lastPayload, 0, parsed.payloadLength);
        }
    }

    @Override
    public void post(Gate.Task task) {
        Error failure = postFailure;
        postFailure = null;
        if (failure != null) {
            throw failure;
        }
        tasks.add(task);
        if (!inside) {
            leave();
        }
    }

    @Override
    public void run(Gate.Task task) {
        boolean outer = inside;
        inside = true;
        long before = layer.ground.flows.probes();
        task.run(now);
        mostProbesInside = Math.max(mostProbesInside, layer.ground.flows.probes() - before);
        inside = outer;
        if (!outer) {
            leave();
        }
    }

    private void leave() {
        inside = true;
        while (!tasks.isEmpty()) {
            guarded(tasks.poll());
        }
        if (!batching) {
            do {
                // As an engine does after a turn that has failed.
                deadline = now + RETRY_NANOS;
                guarded(at -> deadline = layer.turn(at));
            } while (deadline <= now);
        }
        inside = false;
    }

    private void guarded(Gate.Task task) {
        try {
            task.run(now);
        } catch (Throwable e) {
            if (thrown == null) {
                throw e;
            }
            thrown.add(e);
        }
    }

    /** What the application does before the stack has its turn. */
    ScriptedPeer inOneTurn(Runnable application) {
        batching = true;
        application.run();
        batching = false;
        leave();
        return this;
    }

    /** Sends segments in batches of one. */
    ScriptedPeer send(String... texts) {
        for (String text : texts) {
            inject(text);
            leave();
        }
        return this;
    }

    /** Sends segments that arrive together. */
    ScriptedPeer sendBatch(List<String> texts) {
        texts.forEach(this::inject);
        leave();
        return this;
    }

    private void inject(String text) {
        injectRaw(build(text), true);
    }

    private byte[] build(String text) {
        return SegmentText.build(
                text, peerPort, ownPort, /* ownIss= */ peerIss, /* peerIss= */ ownIss, peerTimestamp, peerShift);
    }

    /** Puts a segment in without ending the turn. */
    void injectRaw(byte[] segment, boolean rightChecksum) {
        long pseudo = FakeIp.pseudoHeaderSum(remote, own, 6, segment.length);
        if (rightChecksum && segment.length >= 20) {
            segment[16] = 0;
            segment[17] = 0;
            int sum = ~InternetChecksum.fold(pseudo + InternetChecksum.sum(segment, 0, segment.length));
            segment[16] = (byte) (sum >>> 8);
            segment[17] = (byte) sum;
        }
        layer.onPacket(remote, own, true, trafficClass, segment, 0, segment.length, pseudo, now, now);
    }

    /** Puts a segment in that comes from somebody else, with a turn of its own. */
    void injectFrom(InetAddress source, byte[] segment) {
        long pseudo = FakeIp.pseudoHeaderSum(source, own, 6, segment.length);
        int sum = ~InternetChecksum.fold(pseudo + InternetChecksum.sum(segment, 0, segment.length));
        segment[16] = (byte) (sum >>> 8);
        segment[17] = (byte) sum;
        layer.onPacket(source, own, true, 0, segment, 0, segment.length, pseudo, now, now);
        leave();
    }

    void endTurn() {
        leave();
    }

    ScriptedPeer icmp(IcmpError error, long quotedSequence, int mtu) {
        ByteBuffer quoted = ByteBuffer.allocate(8);
        quoted.putShort((short) ownPort).putShort((short) peerPort).putInt(ownIss + (int) quotedSequence);
        layer.onError(error, own, remote, quoted.array(), 0, 8, mtu, now);
        leave();
        return this;
    }

    /** Lets time pass, with a turn at every deadline. */
    ScriptedPeer advanceMillis(long millis) {
        long target = now + millis * MILLISECOND;
        while (deadline <= target) {
            now = Math.max(now, deadline);
            leave();
        }
        now = target;
        leave();
        return this;
    }

    long elapsedMillis() {
        return (now - start) / MILLISECOND;
    }

    /** Exactly these segments have been emitted since the last expectation. */
    ScriptedPeer expect(String... texts) {
        assertThat(emitted).containsExactly(texts);
        return forget();
    }

    private ScriptedPeer forget() {
        emitted.clear();
        windows.clear();
        trafficClasses.clear();
        times.clear();
        return this;
    }

    /** As {@link #expect}, of a single segment with this window in bytes after scaling. */
    ScriptedPeer expectWindow(String text, int windowBytes) {
        assertThat(emitted).containsExactly(text);
        assertThat(windows.get(0) << ownShift).as("window of %s", text).isEqualTo(windowBytes);
        return forget();
    }

    /** The segments emitted since the last expectation have these bits of the traffic class. */
    ScriptedPeer expectTrafficClasses(Integer... classes) {
        assertThat(trafficClasses).containsExactly(classes);
        return this;
    }

    ScriptedPeer expectNothing() {
        return expect();
    }

    /** Nothing for a while, and these at its end. */
    ScriptedPeer expectAfter(long millis, String... texts) {
        advanceMillis(millis - 1);
        expectNothing();
        advanceMillis(1);
        return expect(texts);
    }

    ScriptedPeer open() {
        stream = layer.openStream();
        stream.option(StandardSocketOptions.TCP_NODELAY, true);
        return this;
    }

    ScriptedPeer connect() {
        if (stream == null) {
            open();
        }
        quietly(() -> stream.connect(new InetSocketAddress(remote, peerPort)));
        return this;
    }

    /** Establishes the connection actively, with a window in bytes. */
    ScriptedPeer establish(int windowBytes) {
        return establish(windowBytes, OFFER);
    }

    ScriptedPeer establish(int windowBytes, String offer) {
        return establish(windowBytes, offer, 0);
    }

    /** Establishes the connection actively, with a round-trip time. */
    ScriptedPeer establish(int windowBytes, String offer, long rttMillis) {
        if (!offer.contains("ws")) {
            peerShift = 0;
            ownShift = 0;
        }
        connect();
        assertThat(emitted).singleElement().asString().matches("S 0:0 <mss \\d+(,sackOK)?(,ts 0)?,ws \\d+>");
        forget();
        advanceMillis(rttMillis).expectNothing();
        send("S. 0:0 ack 1 win " + Math.min(windowBytes, 65_535) + " " + offer);
        assertThat(emitted).singleElement().asString().matches("\\. 1:0 ack 1( <ts \\d+>)?");
        forget();
        send(". 1:0 ack 1 win " + windowBytes + (rttMillis > 0 && offer.contains("ts") ? " <ts 5 0>" : ""));
        expectNothing();
        start = now;
        return this;
    }

    ScriptedPeer listen(int backlog) {
        listener = layer.openListener();
        quietly(() -> {
            listener.bind(new InetSocketAddress(own, 8080));
            listener.listen(backlog);
        });
        ownPort = 8080;
        return this;
    }

    ScriptedPeer accept() {
        quietly(() -> stream = listener.accept());
        return this;
    }

    /** Writes bytes of a pattern; returns how many were taken. */
    int write(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        int[] taken = new int[1];
        quietly(() -> taken[0] = stream.write(ByteBuffer.wrap(bytes)));
        return taken[0];
    }

    /** Reads up to {@code count} bytes and checks that they are the peer's stream from {@code position} on. */
    int read(long position, int count) {
        ByteBuffer into = ByteBuffer.allocate(count);
        int[] read = new int[1];
        quietly(() -> read[0] = stream.read(into));
        for (int i = 0; i < read[0]; i++) {
            assertThat(into.get(i)).as("byte %d", position + i).isEqualTo(SegmentText.payloadByte(position + i));
        }
        return read[0];
    }

    /** Sends a segment that came to the host at another time than it is processed. */
    ScriptedPeer sendArrivedAt(long arrivalNanos, String text) {
        byte[] segment = build(text);
        long pseudo = FakeIp.pseudoHeaderSum(remote, own, 6, segment.length);
        int sum = ~InternetChecksum.fold(pseudo + InternetChecksum.sum(segment, 0, segment.length));
        segment[16] = (byte) (sum >>> 8);
        segment[17] = (byte) sum;
        layer.onPacket(remote, own, true, 0, segment, 0, segment.length, pseudo, arrivalNanos, now);
        leave();
        return this;
    }

    /** The connection, while there is one. */
    TcpConnection connection() {
        return (TcpConnection) layer.ground.flows.find(own, ownPort, remote, peerPort);
    }

    /** A look into it. */
    ConnectionProbe probe() {
        return new ConnectionProbe(connection());
    }

    /** Acknowledges with a large window. */
    ScriptedPeer ack(long acknowledgment) {
        return send(". 1:0 ack " + acknowledgment + " win 4000000");
    }

    /** Repeats an acknowledgment with selective blocks, such as {@code "1001-2001 3001-4001"}. */
    ScriptedPeer sack(long acknowledgment, String blocks) {
        return send(". 1:0 ack " + acknowledgment + " win 4000000 <sack " + blocks + ">");
    }

    /** An action of an application that may not fail here. */
    interface Action {
        void run() throws IOException;
    }

    static void quietly(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
