package io.ztnio.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** All ways to suite 3 against the JDK's modes, used as {@code protocol.md} 3.4 is written. */
class GmacSivTest {
    private static final int LONGEST = 700;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private SecretKey macKey;
    private SecretKey cipherKey;
    private GmacSiv byLength;
    private ShortGmacSiv shortPackets;
    private LongGmacSiv longPackets;

    @Test
    void eachWayDoesWhatTheJdkModesDo() throws GeneralSecurityException {
        for (int length = PacketHeader.LENGTH; length <= LONGEST; length++) {
            newKeys();
            checkAll(length);
        }
    }

    @Test
    void lengthsMayComeInAnyOrder() throws GeneralSecurityException {
        newKeys();
        for (int i = 0; i < 1500; i++) {
            checkAll(PacketHeader.LENGTH + random.nextInt(LONGEST - PacketHeader.LENGTH + 1));
        }
    }

    @Test
    void longestPacketsAreAsTheJdkModesSayToo() throws GeneralSecurityException {
        newKeys();
        byte[] packet = packet(0, PacketHeader.MAX_PACKET_LENGTH);
        byte[] expected = sealedByTheJdk(packet, 0, packet.length);

        byLength.seal(packet, 0, packet.length);

        assertThat(packet).isEqualTo(expected);
    }

    @Test
    void counterCarriesBeyondItsLowestByte() throws GeneralSecurityException {
        newKeys();
        int carried = 0;
        for (int i = 0; i < 300; i++) {
            byte[] packet = packet(0, GmacSiv.MAX_SHORT_LENGTH);
            byte[] expected = sealedByTheJdk(packet, 0, packet.length);

            shortPackets.seal(packet, 0, packet.length);

            assertThat(packet).as("seed %d", seed).isEqualTo(expected);
            carried += (PacketHeader.mac(packet, 0) & 0xff) > 0xff - 8 ? 1 : 0;
        }
        assertThat(carried).as("packets with a carry, seed %d", seed).isPositive();
    }

    private void newKeys() throws GeneralSecurityException {
        byte[] macBytes = new byte[32];
        random.nextBytes(macBytes);
        byte[] cipherBytes = new byte[32];
        random.nextBytes(cipherBytes);
        macKey = new SecretKeySpec(macBytes, "AES");
        cipherKey = new SecretKeySpec(cipherBytes, "AES");
        byLength = new GmacSiv(macBytes, cipherBytes);
        Cipher macCipher = blockCipher(Cipher.ENCRYPT_MODE, macKey);
        Cipher encryption = blockCipher(Cipher.ENCRYPT_MODE, cipherKey);
        Cipher decryption = blockCipher(Cipher.DECRYPT_MODE, cipherKey);
        Ghash ghash = new Ghash(macCipher.doFinal(new byte[16]));
        shortPackets = new ShortGmacSiv(macCipher, encryption, decryption, ghash, LONGEST);
        longPackets = new LongGmacSiv(macKey, cipherKey, encryption, decryption, ghash);
    }

    private void checkAll(int length) throws GeneralSecurityException {
        check(length, byLength::seal, byLength::open);
        check(length, shortPackets::seal, shortPackets::open);
        check(length, longPackets::seal, longPackets::open);
    }

    private void check(int length, Seal seal, Open open) throws GeneralSecurityException {
        int offset = random.nextInt(20);
        byte[] plain = packet(offset, length);
        byte[] expected = sealedByTheJdk(plain, offset, length);
        byte[] packet = plain.clone();

        seal.seal(packet, offset, length);
        assertThat(packet).as("%d bytes, seed %d", length, seed).isEqualTo(expected);

        packet[offset + PacketHeader.FLAGS] ^= (byte) random.nextInt(PacketHeader.HOPS_MASK + 1);
        assertThat(open.open(packet, offset, length))
                .as("%d bytes, seed %d", length, seed)
                .isTrue();
        assertThat(Arrays.copyOfRange(packet, offset + PacketHeader.VERB, packet.length))
                .isEqualTo(Arrays.copyOfRange(plain, offset + PacketHeader.VERB, plain.length));
        assertThat(Arrays.copyOf(packet, offset)).isEqualTo(Arrays.copyOf(plain, offset));

        byte[] changed = expected.clone();
        int bit = random.nextInt(8 * length);
        if (bit / 8 == PacketHeader.FLAGS) {
            bit = 8 * PacketHeader.VERB;
        }
        changed[offset + bit / 8] ^= (byte) (1 << bit % 8);
        byte[] received = changed.clone();
        assertThat(open.open(changed, offset, length))
                .as("bit %d, seed %d", bit, seed)
                .isFalse();
        assertThat(changed).isEqualTo(received);
    }

    private byte[] packet(int offset, int length) {
        byte[] packet = new byte[offset + length + random.nextInt(20)];
        random.nextBytes(packet);
        return packet;
    }

    private byte[] sealedByTheJdk(byte[] plain, int offset, int length) throws GeneralSecurityException {
        byte[] packet = plain.clone();
        int start = offset + PacketHeader.VERB;
        byte[] header = Arrays.copyOfRange(packet, offset + PacketHeader.DESTINATION, offset + PacketHeader.FLAGS + 1);
        header[10] &= (byte) ~PacketHeader.HOPS_MASK;
        Cipher gmac = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] iv = Arrays.copyOf(Arrays.copyOfRange(packet, offset, offset + 8), 12);
        gmac.init(Cipher.ENCRYPT_MODE, macKey, new GCMParameterSpec(128, iv));
        gmac.updateAAD(Arrays.copyOf(header, 16));
        gmac.updateAAD(packet, start, length - PacketHeader.VERB);
        byte[] mac = gmac.doFinal();

        byte[] block = Arrays.copyOf(iv, 16);
        BigEndian.putLong(block, 8, BigEndian.getLong(mac, 0) ^ BigEndian.getLong(mac, 8));
        byte[] tag = blockCipher(Cipher.ENCRYPT_MODE, cipherKey).doFinal(block);
        byte[] counter = tag.clone();
        counter[12] &= 0x7f;
        Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
        counterMode.init(Cipher.ENCRYPT_MODE, cipherKey, new IvParameterSpec(counter));
        counterMode.doFinal(plain, start, length - PacketHeader.VERB, packet, start);
        System.arraycopy(tag, 0, packet, offset + PacketHeader.ID, 8);
        System.arraycopy(tag, 8, packet, offset + PacketHeader.MAC, 8);
        return packet;
    }

    private static Cipher blockCipher(int mode, SecretKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(mode, key);
        return cipher;
    }

    private interface Seal {
        void seal(byte[] packet, int offset, int length) throws GeneralSecurityException;
    }

    private interface Open {
        boolean open(byte[] packet, int offset, int length) throws GeneralSecurityException;
    }
}
