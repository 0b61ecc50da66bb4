package io.ztnio.protocol.crypto;

import io.ztnio.protocol.cipher.Salsa20;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.Arrays;
import org.bouncycastle.crypto.macs.Poly1305;

/**
 * Protects packets, and checks protected ones, in place ({@code protocol.md} 3.2 and 3.4). A packet's size does not change.
 *
 * <p>Thread: that of the keys.
 */
public final class Armor {
    private Armor() {}

    /**
     * Armors a packet whose ID, addresses and {@link PacketHeader#FLAG_FRAGMENTED} are final. Sets the cipher bits and the
     * legacy flag. With {@link CipherSuite#TRUSTED_PATH} nothing else happens: the MAC field is the caller's path ID.
     *
     * @param length at least {@link PacketHeader#LENGTH}, at most {@link PacketHeader#MAX_PACKET_LENGTH}
     * @return the packet ID on the wire, which suite 3 changes
     */
    public static long seal(PeerKeys keys, CipherSuite suite, byte[] packet, int offset, int length) {
        checkLength(length);
        int flags = packet[offset + PacketHeader.FLAGS] & (PacketHeader.FLAG_FRAGMENTED | PacketHeader.HOPS_MASK);
        if (suite == CipherSuite.SALSA2012_POLY1305) {
            flags |= PacketHeader.FLAG_LEGACY_ENCRYPTED;
        }
        packet[offset + PacketHeader.FLAGS] = (byte) (flags | suite.code() << PacketHeader.CIPHER_SHIFT);
        switch (suite) {
            case POLY1305_NONE, SALSA2012_POLY1305 -> {
                startSalsaSuite(keys, packet, offset, length);
                if (suite == CipherSuite.SALSA2012_POLY1305) {
                    keys.salsa2012().xor(packet, offset + PacketHeader.VERB, length - PacketHeader.VERB);
                }
                BigEndian.putLong(packet, offset + PacketHeader.MAC, finishMac(keys, packet, offset, length));
            }
            case AES_GMAC_SIV -> keys.gmacSiv().seal(packet, offset, length);
            case TRUSTED_PATH -> {}
        }
        return BigEndian.getLong(packet, offset + PacketHeader.ID);
    }

    /**
     * Verifies a packet and decrypts it, by the suite that its flags name. The packet ID stays the one on the wire. What is
     * not authentic stays as it was received. {@link CipherSuite#TRUSTED_PATH} and undefined suites are never authentic.
     *
     * @return whether the packet is authentic
     */
    public static boolean open(PeerKeys keys, byte[] packet, int offset, int length) {
        checkLength(length);
        int suite = PacketHeader.cipher(packet, offset);
        if (suite == CipherSuite.AES_GMAC_SIV.code()) {
            return keys.gmacSiv().open(packet, offset, length);
        }
        if (suite != CipherSuite.POLY1305_NONE.code() && suite != CipherSuite.SALSA2012_POLY1305.code()) {
            return false;
        }
        startSalsaSuite(keys, packet, offset, length);
        // One comparison of 64 bits takes the same time whatever differs.
        if (finishMac(keys, packet, offset, length) != BigEndian.getLong(packet, offset + PacketHeader.MAC)) {
            return false;
        }
        if (suite == CipherSuite.SALSA2012_POLY1305.code()) {
            keys.salsa2012().xor(packet, offset + PacketHeader.VERB, length - PacketHeader.VERB);
        }
        return true;
    }

    /** Leaves Salsa20/12 at block 1, where encryption starts, and the MAC keyed from block 0. */
    private static void startSalsaSuite(PeerKeys keys, byte[] packet, int offset, int length) {
        byte[] key = keys.scratch();
        System.arraycopy(keys.salsaKey(), 0, key, 0, Salsa20.KEY_LENGTH);
        for (int i = 0; i < PacketHeader.FLAGS; i++) {
            key[i] ^= packet[offset + i];
        }
        key[18] ^= (byte) (packet[offset + PacketHeader.FLAGS] & ~PacketHeader.HOPS_MASK);
        key[19] ^= (byte) length;
        key[20] ^= (byte) (length >>> 8);
        keys.salsa2012().init(key, 0, packet, offset + PacketHeader.ID);
        Arrays.fill(key, (byte) 0);
        keys.salsa2012().xor(key, 0, Salsa20.KEY_LENGTH);
        keys.poly1305().init(keys.oneTimeKey());
    }

    private static long finishMac(PeerKeys keys, byte[] packet, int offset, int length) {
        Poly1305 mac = keys.poly1305();
        mac.update(packet, offset + PacketHeader.VERB, length - PacketHeader.VERB);
        byte[] tag = keys.scratch();
        mac.doFinal(tag, 0);
        return BigEndian.getLong(tag, 0);
    }

    private static void checkLength(int length) {
        if (length < PacketHeader.LENGTH || length > PacketHeader.MAX_PACKET_LENGTH) {
            throw new IllegalArgumentException("a packet has 28 to 10024 bytes, not " + length);
        }
    }
}
