package io.ztnio.jmh;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A root passes on datagrams between two peers that it reaches directly, without sockets: the first of a packet, and a further one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class RelayBenchmark {
    private static final int INDICATOR = 13;
    private static final int PIECES = 14;
    private static final int FRAGMENT_HOPS = 15;

    @Param({"64", "1432"})
    public int length;

    private MemoryPlanet planet;
    private InetSocketAddress from;
    private byte[] head;
    private byte[] fragment;
    private long relayed;

    @Setup
    public void start() throws IOException {
        planet = new MemoryPlanet(12);
        from = planet.a.endpoint;
        long to = planet.b.node.address();
        boolean reached = planet.root.node.peers(planet.nowMillis()).stream()
                .filter(peer -> peer.address() == to)
                .anyMatch(PeerStatus::direct);
        if (!reached) {
            throw new IllegalStateException("the root does not reach " + Address.format(to));
        }
        head = new byte[length];
        PacketHeader.write(head, 0, 1, to, planet.a.node.address(), Verb.FRAME);
        fragment = head.clone();
        fragment[INDICATOR] = (byte) 0xff;
        fragment[PIECES] = 0x21;
        relayed = planet.root.node.counters().relayed();
    }

    @Benchmark
    public void head(Volume volume) {
        head[PacketHeader.FLAGS] = 0;
        pass(head, volume);
    }

    @Benchmark
    public void fragment(Volume volume) {
        fragment[FRAGMENT_HOPS] = 0;
        pass(fragment, volume);
    }

    private void pass(byte[] datagram, Volume volume) {
        volume.bytes += length;
        relayed++;
        planet.root.node.onDatagram(0, from, datagram, 0, length, planet.nowMillis(), planet.nowNanos());
        planet.b.inbox.clear();
    }

    /** Every datagram went on, and none was dropped. */
    @TearDown
    public void check() {
        if (planet.root.node.counters().relayed() != relayed) {
            throw new IllegalStateException(planet.root.node.counters().drops().toString());
        }
    }
}
