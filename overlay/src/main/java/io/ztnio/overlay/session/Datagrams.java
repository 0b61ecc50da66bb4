package io.ztnio.overlay.session;

/**
 * The layout of datagrams. Numbers are big-endian.
 *
 * <pre>
 *  all     0 type   1 version 1   2 zero (2)
 *  INIT    4 sender's index (4)   8 network id (8)   16 Noise message 1 (48)   64 zero (96)   160 MAC (16)   176 cookie (16)
 *  REPLY   4 sender's index (4)   8 receiver's index (4)   12 Noise message 2 (96)   108 MAC (16)
 *  FINAL   4 receiver's index (4)   8 Noise message 3 (64)   72 MAC (16)
 *  COOKIE  4 receiver's index (4)   8 MAC of the INIT (16)   24 cookie (16)   40 MAC (16)
 *  DATA    4 receiver's index (4)   8 counter (8)   16 sealed frame, tag (16)
 * </pre>
 *
 * The MAC of a handshake datagram covers what stands in front of it; its key follows from the network's key. An INIT is
 * longer than any answer to it. Unencrypted nodes ("insecure") use the same layouts with {@link #INSECURE} added to
 * the type.
 */
public final class Datagrams {
    /** Longest datagram, in bytes: one UDP payload that fits any usual path, tunnels included. */
    public static final int MAX_LENGTH = 1432;

    public static final int VERSION = 1;

    public static final int INIT = 1;
    public static final int REPLY = 2;
    public static final int FINAL = 3;
    public static final int COOKIE = 4;
    public static final int DATA = 5;

    /** Added to the type by nodes that do not encrypt. */
    public static final int INSECURE = 0x40;

    public static final int MAC_LENGTH = 16;
    public static final int COOKIE_LENGTH = 16;

    public static final int INIT_SENDER = 4;
    public static final int INIT_NETWORK = 8;
    public static final int INIT_NOISE = 16;
    public static final int INIT_MAC = 160;
    public static final int INIT_COOKIE = INIT_MAC + MAC_LENGTH;
    public static final int INIT_LENGTH = INIT_COOKIE + COOKIE_LENGTH;

    public static final int REPLY_SENDER = 4;
    public static final int REPLY_RECEIVER = 8;
    public static final int REPLY_NOISE = 12;
    public static final int REPLY_MAC = REPLY_NOISE + 96;
    public static final int REPLY_LENGTH = REPLY_MAC + MAC_LENGTH;

    public static final int FINAL_RECEIVER = 4;
    public static final int FINAL_NOISE = 8;
    public static final int FINAL_MAC = FINAL_NOISE + 64;
    public static final int FINAL_LENGTH = FINAL_MAC + MAC_LENGTH;

    public static final int COOKIE_RECEIVER = 4;
    public static final int COOKIE_ECHO = 8;
    public static final int COOKIE_VALUE = COOKIE_ECHO + MAC_LENGTH;
    public static final int COOKIE_MAC = COOKIE_VALUE + COOKIE_LENGTH;
    public static final int COOKIE_REPLY_LENGTH = COOKIE_MAC + MAC_LENGTH;

    public static final int DATA_RECEIVER = 4;
    public static final int DATA_COUNTER = 8;

    /** Bytes in front of a sealed frame. */
    public static final int DATA_HEADER = 16;

    /** Bytes behind it. */
    public static final int TAG_LENGTH = 16;

    /** Longest frame that one datagram seals, its kind included. */
    public static final int MAX_FRAME = MAX_LENGTH - DATA_HEADER - TAG_LENGTH;

    private Datagrams() {}

    /** Writes what all datagrams begin with. */
    public static void begin(byte[] buffer, int at, int type) {
        buffer[at] = (byte) type;
        buffer[at + 1] = VERSION;
        Bytes.u16(buffer, at + 2, 0);
    }

    /** The type, or -1 if this is no datagram of this version or not as long as its type demands. */
    public static int typeOf(byte[] buffer, int offset, int length) {
        if (length < DATA_HEADER
                || length > MAX_LENGTH
                || buffer[offset + 1] != VERSION
                || Bytes.u16(buffer, offset + 2) != 0) {
            return -1;
        }
        int type = Bytes.u8(buffer, offset);
        boolean right = switch (type & ~INSECURE) {
            case INIT -> length == INIT_LENGTH;
            case REPLY -> length == REPLY_LENGTH;
            case FINAL -> length == FINAL_LENGTH;
            case COOKIE -> length == COOKIE_REPLY_LENGTH;
            case DATA -> length > DATA_HEADER + TAG_LENGTH;
            default -> false;
        };
        return right ? type : -1;
    }
}
