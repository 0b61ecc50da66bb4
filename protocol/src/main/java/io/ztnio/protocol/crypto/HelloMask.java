package io.ztnio.protocol.crypto;

import io.ztnio.protocol.cipher.Salsa20;
import java.util.Arrays;

/**
 * The second, inner encryption of HELLO's list of moons ({@code protocol.md} 3.3). The MAC covers the masked bytes: mask
 * before {@link Armor#seal}, unmask after {@link Armor#open}.
 */
public final class HelloMask {
    private HelloMask() {}

    /**
     * Masks, or unmasks, the end of a HELLO.
     *
     * @param packetOffset where the packet starts
     * @param maskOffset where the number of moons stands, in {@code packet}
     * @param end the packet's end, in {@code packet}
     */
    public static void apply(PeerKeys keys, byte[] packet, int packetOffset, int maskOffset, int end) {
        byte[] nonce = Arrays.copyOfRange(packet, packetOffset, packetOffset + Salsa20.NONCE_LENGTH);
        nonce[7] &= (byte) 0xf8;
        keys.salsa2012().init(keys.salsaKey(), 0, nonce, 0);
        keys.salsa2012().xor(packet, maskOffset, end - maskOffset);
    }
}
