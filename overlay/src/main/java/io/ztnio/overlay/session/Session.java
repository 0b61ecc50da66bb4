package io.ztnio.overlay.session;

/**
 * A finished handshake: seals what goes to one peer and opens what comes from it. Thread: confined to the gate.
 */
public final class Session {
    /** After this time its initiator makes a new one. */
    public static final long REKEY_NANOS = 600_000_000_000L;

    /** How much longer the other side waits before it does so itself. */
    public static final long REKEY_GRACE_NANOS = 60_000_000_000L;

    /** After this time it seals and opens nothing. */
    public static final long LIFE_NANOS = 900_000_000_000L;

    /** After so many frames one way a new one is made. */
    public static final long REKEY_FRAMES = 1L << 30;

    /** After so many frames it seals and opens nothing: GCM allows no more under one key. */
    public static final long MAX_FRAMES = 1L << 32;

    private final int localIndex;
    private final int remoteIndex;
    private final FrameCipher sending;
    private final FrameCipher receiving;
    private final int dataType;
    private final boolean initiator;
    private final long establishedNanos;
    private final ReplayWindow window = new ReplayWindow();
    private long counter;
    private boolean newest;

    /**
     * What a handshake has made.
     *
     * @param localIndex what the peer writes into its datagrams
     * @param remoteIndex what we write into ours
     * @param insecure whether its datagrams say that they are not encrypted
     */
    public Session(
            Handshake handshake, int localIndex, int remoteIndex, boolean initiator, boolean insecure, long nowNanos) {
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.sending = handshake.sending();
        this.receiving = handshake.receiving();
        this.initiator = initiator;
        this.dataType = insecure ? Datagrams.DATA | Datagrams.INSECURE : Datagrams.DATA;
        this.establishedNanos = nowNanos;
    }

    public int localIndex() {
        return localIndex;
    }

    /** Whether it may still be used. */
    public boolean isUsable(long nowNanos) {
        return nowNanos - establishedNanos < LIFE_NANOS && counter < MAX_FRAMES;
    }

    /** Whether it is our turn to make the next one. */
    public boolean isToBeRenewed(long nowNanos) {
        long age = nowNanos - establishedNanos;
        return age >= (initiator ? REKEY_NANOS : REKEY_NANOS + REKEY_GRACE_NANOS) || counter >= REKEY_FRAMES;
    }

    /**
     * Makes the datagram that carries a frame, in place: {@link Datagrams#DATA_HEADER} bytes in front of it and
     * {@link Datagrams#TAG_LENGTH} behind it are overwritten. It begins at {@code offset - DATA_HEADER}.
     *
     * @return its length
     */
    public int seal(byte[] buffer, int offset, int length) {
        int at = offset - Datagrams.DATA_HEADER;
        Datagrams.begin(buffer, at, dataType);
        Bytes.i32(buffer, at + Datagrams.DATA_RECEIVER, remoteIndex);
        Bytes.i64(buffer, at + Datagrams.DATA_COUNTER, counter);
        sending.seal(counter, buffer, at, offset, length);
        counter++;
        return Datagrams.DATA_HEADER + length + Datagrams.TAG_LENGTH;
    }

    /**
     * Opens a datagram in place. Its frame is then what lies between the header and the tag.
     *
     * @return why it is refused, or {@code null}
     */
    public DropReason open(byte[] buffer, int offset, int length, long nowNanos) {
        if (Bytes.u8(buffer, offset) != dataType) {
            return DropReason.INSECURE_MISMATCH;
        }
        if (nowNanos - establishedNanos >= LIFE_NANOS) {
            return DropReason.EXPIRED_SESSION;
        }
        long received = Bytes.i64(buffer, offset + Datagrams.DATA_COUNTER);
        if (received >= MAX_FRAMES || !window.isFresh(received)) {
            return DropReason.REPLAYED;
        }
        int sealed = length - Datagrams.DATA_HEADER;
        if (!receiving.open(received, buffer, offset, offset + Datagrams.DATA_HEADER, sealed)) {
            return DropReason.NOT_AUTHENTIC;
        }
        newest = window.accept(received);
        return null;
    }

    /** Whether the datagram opened last was sent after all those opened before: where it came from is where the peer is. */
    public boolean isNewest() {
        return newest;
    }
}
