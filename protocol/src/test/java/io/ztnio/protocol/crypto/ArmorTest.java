package io.ztnio.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArmorTest {
    private static final long ID = 0x0123456789abcdefL;

    private final PeerKeys keysOfA = PeerKeys.agree(Vectors.A, Vectors.B);
    private final PeerKeys keysOfB = PeerKeys.agree(Vectors.B, Vectors.A);

    @Test
    void armorsAsTheReferenceDoes() {
        for (var vector : Vectors.list("vectors/packets.json", "armored")) {
            PeerKeys keys = new PeerKeys(Vectors.hex(vector.get("key48")));
            byte[] packet = Vectors.hex(vector.get("plain"));
            byte[] armored = Vectors.hex(vector.get("armored"));

            long id = Armor.seal(keys, suite(vector.get("mode")), packet, 0, packet.length);

            assertThat(packet).isEqualTo(armored);
            assertThat(id).isEqualTo(BigEndian.getLong(armored, 0));
        }
    }

    @Test
    void opensWhatTheReferenceArmored() {
        for (var vector : Vectors.list("vectors/packets.json", "armored")) {
            PeerKeys keys = new PeerKeys(Vectors.hex(vector.get("key48")));
            byte[] plain = Vectors.hex(vector.get("plain"));
            byte[] packet = Vectors.hex(vector.get("armored"));
            byte[] header = Arrays.copyOf(packet, 27);

            assertThat(Armor.open(keys, packet, 0, packet.length)).isTrue();

            assertThat(Arrays.copyOfRange(packet, 27, packet.length))
                    .isEqualTo(Arrays.copyOfRange(plain, 27, plain.length));
            assertThat(Arrays.copyOf(packet, 27)).isEqualTo(header);
        }
    }

    @Test
    void armorsTheKnownEcho() {
        assertThat(sealedEcho(CipherSuite.POLY1305_NONE, false))
                .startsWith("0123456789abcdefc87563f6948e4df28b7200828ddda36b0e89a30800010203")
                .endsWith("60616263");
        assertThat(sealedEcho(CipherSuite.SALSA2012_POLY1305, false))
                .startsWith("0123456789abcdefc87563f6948e4df28b7288988a73b37c11081ad3551b5cd2")
                .endsWith("b8da550697ab6e02a0d0815ac5c1665cab60ad454fc959d574024753e754dc19");
        assertThat(sealedEcho(CipherSuite.AES_GMAC_SIV, false))
                .startsWith("d286f186eb6fe5d2c87563f6948e4df28b72182ad8f11759a1f5296619716a82")
                .endsWith("dc6088590b6461504b608e567b403e915a97eacd6f9ec286395a0acb4421433e");
        assertThat(sealedEcho(CipherSuite.AES_GMAC_SIV, true))
                .startsWith("62d5287aa08ec2a9c87563f6948e4df28b7258e31afc254751166a3c232d3eb0")
                .endsWith("beddbdf0749bf108937626aa07fbfcc08c41d7c28bb8a49f0da3f073627172ba");
    }

    @Test
    void clearsTheTopBitOfTheCounter() {
        byte[] packet = new byte[30];
        PacketHeader.write(packet, 0, 2, Vectors.B.address(), Vectors.A.address(), Verb.NOP);
        packet[28] = 'h';
        packet[29] = 'i';

        Armor.seal(keysOfA, CipherSuite.AES_GMAC_SIV, packet, 0, 30);

        assertThat(Vectors.hex(packet)).isEqualTo("639cf90679577165c87563f6948e4df28b7218d59f8265911a3fb46dbdf7");
        assertThat(Armor.open(keysOfB, packet, 0, 30)).isTrue();
        assertThat(Arrays.copyOfRange(packet, 27, 30)).containsExactly(0, 'h', 'i');
    }

    @ParameterizedTest
    @EnumSource(
            value = CipherSuite.class,
            names = {"POLY1305_NONE", "SALSA2012_POLY1305", "AES_GMAC_SIV"})
    void roundTripsPacketsOfAllLengths(CipherSuite suite) {
        long seed = new Random().nextLong();
        System.out.println("ArmorTest seed " + seed);
        Random random = new Random(seed);
        for (int length = 28; length <= 10_024; length += 1 + random.nextInt(90)) {
            int offset = random.nextInt(40);
            byte[] packet = randomPacket(random, offset, length);
            byte[] plain = packet.clone();

            Armor.seal(keysOfA, suite, packet, offset, length);
            PacketHeader.incrementHops(packet, offset);

            assertThat(Armor.open(keysOfB, packet, offset, length)).isTrue();
            assertThat(Arrays.copyOfRange(packet, offset + 27, packet.length))
                    .isEqualTo(Arrays.copyOfRange(plain, offset + 27, plain.length));
            assertThat(Arrays.copyOf(packet, offset)).isEqualTo(Arrays.copyOf(plain, offset));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CipherSuite.class,
            names = {"POLY1305_NONE", "SALSA2012_POLY1305", "AES_GMAC_SIV"})
    void opensDuplicatesAndRetries(CipherSuite suite) {
        byte[] sealed = randomPacket(new Random(1), 0, 500);
        byte[] again = sealed.clone();
        Armor.seal(keysOfA, suite, sealed, 0, 500);
        Armor.seal(keysOfA, suite, again, 0, 500);

        assertThat(again).isEqualTo(sealed);
        for (int i = 0; i < 3; i++) {
            assertThat(Armor.open(keysOfB, sealed.clone(), 0, 500)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CipherSuite.class,
            names = {"POLY1305_NONE", "SALSA2012_POLY1305", "AES_GMAC_SIV"})
    void refusesEveryChangedBitButTheHops(CipherSuite suite) {
        byte[] sealed = randomPacket(new Random(2), 0, 60);
        Armor.seal(keysOfA, suite, sealed, 0, 60);

        for (int bit = 0; bit < 8 * 60; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] received = changed.clone();
            boolean isHop = bit / 8 == PacketHeader.FLAGS && bit % 8 < 3;

            assertThat(Armor.open(keysOfB, changed, 0, 60)).as("bit %d", bit).isEqualTo(isHop);

            if (!isHop) {
                assertThat(changed).isEqualTo(received);
            }
        }
    }

    @Test
    void neverOpensTrustedPathsAndUndefinedSuites() {
        for (int suite : new int[] {2, 4, 5, 6, 7}) {
            byte[] packet = new byte[40];
            packet[PacketHeader.FLAGS] = (byte) (suite << 3);

            assertThat(Armor.open(keysOfB, packet, 0, 40)).isFalse();
        }
    }

    @Test
    void leavesTheMacFieldOfATrustedPathToTheCaller() {
        byte[] packet = randomPacket(new Random(3), 0, 50);
        PacketHeader.mac(packet, 0, 0x1122334455667788L);
        byte[] expected = packet.clone();
        expected[PacketHeader.FLAGS] = 0x10;

        assertThat(Armor.seal(keysOfA, CipherSuite.TRUSTED_PATH, packet, 0, 50)).isEqualTo(PacketHeader.id(packet, 0));
        assertThat(packet).isEqualTo(expected);
    }

    @Test
    void refusesImpossibleLengths() {
        assertThatThrownBy(() -> Armor.open(keysOfA, new byte[27], 0, 27)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Armor.seal(keysOfA, CipherSuite.POLY1305_NONE, new byte[10_025], 0, 10_025))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String sealedEcho(CipherSuite suite, boolean fragmented) {
        byte[] packet = new byte[128];
        PacketHeader.write(packet, 0, ID, Vectors.B.address(), Vectors.A.address(), Verb.ECHO);
        for (int i = 0; i < 100; i++) {
            packet[28 + i] = (byte) i;
        }
        if (fragmented) {
            PacketHeader.setFragmented(packet, 0);
        }
        Armor.seal(keysOfA, suite, packet, 0, packet.length);
        return Vectors.hex(packet);
    }

    private static byte[] randomPacket(Random random, int offset, int length) {
        byte[] packet = new byte[offset + length];
        random.nextBytes(packet);
        packet[offset + PacketHeader.FLAGS] = 0;
        return packet;
    }

    private static CipherSuite suite(Object mode) {
        return switch ((String) mode) {
            case "salsa2012poly1305-none" -> CipherSuite.POLY1305_NONE;
            case "salsa2012poly1305" -> CipherSuite.SALSA2012_POLY1305;
            case "aes-gmac-siv" -> CipherSuite.AES_GMAC_SIV;
            default -> throw new IllegalArgumentException((String) mode);
        };
    }
}
