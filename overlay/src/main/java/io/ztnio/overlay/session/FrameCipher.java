package io.ztnio.overlay.session;

/** One direction of a session: seals or opens frames in place. Thread: confined to the gate. */
public interface FrameCipher {
    /**
     * Seals the {@code length} bytes at {@code offset}; the tag goes behind them.
     *
     * @param header the offset of {@link Datagrams#DATA_HEADER} bytes that are made sure of too
     */
    void seal(long counter, byte[] buffer, int header, int offset, int length);

    /**
     * Opens {@code length} bytes, of which the last {@link Datagrams#TAG_LENGTH} are the tag, in place.
     *
     * @return false if the tag is wrong; the bytes are then undefined
     */
    boolean open(long counter, byte[] buffer, int header, int offset, int length);
}
