package io.ztnio.jmh;

import io.ztnio.protocol.cipher.Salsa20;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.timer.TimerWheel;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The pieces of the data path, each with the bytes of one full segment or packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrimitiveBenchmark {
    private static final int PACKET = 2838;
    private static final int TIMERS = 1000;
    private static final long MILLI = 1_000_000;

    private final byte[] packet = new byte[PACKET + 100];
    private final byte[] compressed = new byte[PACKET + 100];
    private final byte[] scratch = new byte[Compression.SCRATCH_LENGTH];
    private final int compressedLength;
    private final byte[] key = new byte[Salsa20.KEY_LENGTH];
    private final Salsa20 salsa = new Salsa20(12);
    private final SendRing sendRing = new SendRing(1 << 20);
    private final ReceiveRing receiveRing = new ReceiveRing();
    private final ByteBuffer segment = ByteBuffer.allocateDirect(TcpPipeline.SEGMENT);
    private final TimerWheel wheel = new TimerWheel(0);
    private final TimerWheel.Timer[] timers = new TimerWheel.Timer[TIMERS];
    private long sendPosition;
    private long receivePosition;
    private long now;
    private int sunk;

    public PrimitiveBenchmark() {
        PacketHeader.write(compressed, 0, 0, 1, 2, Verb.FRAME);
        Random random = new Random(1);
        for (int i = PacketHeader.LENGTH; i < PACKET; i++) {
            compressed[i] = (byte) random.nextInt(8);
        }
        compressedLength = Compression.compress(compressed, 0, PACKET, scratch);
        for (int i = 0; i < TIMERS; i++) {
            timers[i] = new TimerWheel.Timer() {
                @Override
                protected void onTimer(long nowNanos) {
                    wheel.schedule(this, nowNanos + 200 * MILLI);
                }
            };
            wheel.schedule(timers[i], i * MILLI / 5);
        }
    }

    @Benchmark
    public void salsa2012(Volume volume) {
        volume.bytes += PACKET;
        salsa.init(key, 0, packet, 0);
        salsa.xor(packet, 0, PACKET);
    }

    @Benchmark
    public int internetChecksum(Volume volume) {
        volume.bytes += PACKET;
        return InternetChecksum.sum(packet, 0, PACKET);
    }

    /** A full packet is two datagrams. */
    @Benchmark
    public int fragmenter(Volume volume) {
        volume.bytes += PACKET;
        return Fragmenter.send(
                packet,
                0,
                PACKET,
                Fragmenter.DEFAULT_MTU,
                0,
                null,
                (socket, to, buffer, offset, length) -> sunk += length);
    }

    @Benchmark
    public int lz4Decompress(Volume volume) {
        volume.bytes += PACKET;
        return Compression.decompress(compressed, 0, compressedLength, scratch);
    }

    /** Application's write, engine's copy into the segment, release. */
    @Benchmark
    public void sendRing(Volume volume) {
        volume.bytes += TcpPipeline.SEGMENT;
        segment.clear();
        sendRing.append(segment);
        sendRing.publish();
        sendRing.copyTo(sendPosition, packet, 0, TcpPipeline.SEGMENT);
        sendPosition += TcpPipeline.SEGMENT;
        sendRing.release(sendPosition);
    }

    /** Engine's write, application's read. */
    @Benchmark
    public void receiveRing(Volume volume) {
        volume.bytes += TcpPipeline.SEGMENT;
        receiveRing.write(receivePosition, packet, 0, TcpPipeline.SEGMENT);
        receivePosition += TcpPipeline.SEGMENT;
        receiveRing.publish(receivePosition);
        receiveRing.read(segment.clear(), false);
    }

    /** One of a thousand timers is postponed, time passes, the next deadline is asked for. */
    @Benchmark
    public long timerWheel() {
        now += MILLI / 10;
        wheel.schedule(timers[(int) (now & 511)], now + 300 * MILLI);
        wheel.advance(now);
        return wheel.nextDeadlineNanos();
    }
}
