package io.ztnio.overlay.session;

/**
 * One side of the exchange of three messages that makes a session. Thread: confined to the gate.
 *
 * <p>A message that is not authentic leaves the state as it was, so that the right one may still come.
 */
public interface Handshake {
    int FIRST_LENGTH = 48;
    int SECOND_LENGTH = 96;
    int THIRD_LENGTH = 64;

    /** Writes the next message at {@code offset}; its length is that of its place in the exchange. */
    void write(byte[] buffer, int offset);

    /** Takes in the next message; false if it is not authentic. */
    boolean read(byte[] buffer, int offset);

    /** The other side's public key: the initiator knows it after the second message, the responder after the third. */
    byte[] remoteKey();

    /** Ciphers of a finished exchange: for what we send. */
    FrameCipher sending();

    /** Ciphers of a finished exchange: for what we receive. */
    FrameCipher receiving();
}
