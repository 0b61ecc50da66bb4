package io.ztnio.overlay.session;

/** Makes and checks the MACs of one network's handshake datagrams. Thread: confined to the gate. */
public final class HandshakeMac {
    private final Hmac hmac;

    /** Of the network with this key. */
    public HandshakeMac(NetworkKey key, long networkId) {
        this.hmac = key.handshakeMac(networkId);
    }

    /** Writes the MAC of what lies between {@code offset} and {@code offset + macAt}, behind it. */
    public void write(byte[] buffer, int offset, int macAt) {
        hmac.update(buffer, offset, macAt).writeShort(buffer, offset + macAt);
    }

    /** Whether the MAC is right. */
    public boolean matches(byte[] buffer, int offset, int macAt) {
        return hmac.update(buffer, offset, macAt).matchesShort(buffer, offset + macAt);
    }
}
