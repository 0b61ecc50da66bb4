package io.ztnio.overlay.session;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.X25519;
import java.util.Arrays;

/**
 * The exchange of nodes that do not encrypt: it only says who is there, and proves nothing. Same messages, same lengths;
 * only the static keys in them mean something.
 */
public final class PlainHandshake implements Handshake {
    private static final int[] LENGTHS = {FIRST_LENGTH, SECOND_LENGTH, THIRD_LENGTH};
    private static final int[] STATIC_KEYS = {-1, X25519.LENGTH, 0};
    private static final FrameCipher NONE = new FrameCipher() {
        @Override
        public void seal(long counter, byte[] buffer, int header, int offset, int length) {
            Arrays.fill(buffer, offset + length, offset + length + Datagrams.TAG_LENGTH, (byte) 0);
        }

        @Override
        public boolean open(long counter, byte[] buffer, int header, int offset, int length) {
            return true;
        }
    };

    private final Identity identity;
    private byte[] remoteKey = {};
    private int messages;

    /** A side that has said and heard nothing. */
    public PlainHandshake(Identity identity) {
        this.identity = identity;
    }

    @Override
    public void write(byte[] buffer, int offset) {
        Arrays.fill(buffer, offset, offset + LENGTHS[messages], (byte) 0);
        int at = STATIC_KEYS[messages];
        if (at >= 0) {
            System.arraycopy(identity.publicIdentity().key(), 0, buffer, offset + at, X25519.LENGTH);
        }
        messages++;
    }

    @Override
    public boolean read(byte[] buffer, int offset) {
        int at = STATIC_KEYS[messages];
        if (at >= 0) {
            remoteKey = Arrays.copyOfRange(buffer, offset + at, offset + at + X25519.LENGTH);
        }
        messages++;
        return true;
    }

    @Override
    public byte[] remoteKey() {
        return remoteKey.clone();
    }

    @Override
    public FrameCipher sending() {
        return NONE;
    }

    @Override
    public FrameCipher receiving() {
        return NONE;
    }
}
