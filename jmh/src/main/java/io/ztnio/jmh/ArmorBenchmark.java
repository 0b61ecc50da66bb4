package io.ztnio.jmh;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
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
import org.openjdk.jmh.annotations.Warmup;

/** Sealing and opening packets; suite 3 is AES-GMAC-SIV. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ArmorBenchmark {
    @Param({"POLY1305_NONE", "SALSA2012_POLY1305", "AES_GMAC_SIV"})
    public CipherSuite suite;

    @Param({"64", "1400", "2838"})
    public int length;

    private final PeerKeys keys = new PeerKeys(new byte[PeerKeys.SECRET_LENGTH]);
    private byte[] packet;
    private byte[][] sealed;
    private long id;

    @Setup
    public void seal() {
        packet = new byte[length];
        // Several, as the JDK's GCM treats a repeated packet differently.
        sealed = new byte[16][];
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = new byte[length];
            BigEndian.putLong(sealed[i], PacketHeader.ID, i);
            Armor.seal(keys, suite, sealed[i], 0, length);
        }
    }

    @Benchmark
    public long seal(Volume volume) {
        volume.bytes += length;
        BigEndian.putLong(packet, PacketHeader.ID, id++);
        return Armor.seal(keys, suite, packet, 0, length);
    }

    /** With a copy of the packet, which opening destroys. */
    @Benchmark
    public boolean open(Volume volume) {
        volume.bytes += length;
        System.arraycopy(sealed[(int) id++ & 15], 0, packet, 0, length);
        return Armor.open(keys, packet, 0, length);
    }
}
