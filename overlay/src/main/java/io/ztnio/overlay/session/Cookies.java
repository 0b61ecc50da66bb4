package io.ztnio.overlay.session;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/**
 * Cookies prove that who sends from an address also receives there. They cost no memory: a cookie is a MAC of the address
 * under a secret that changes every two minutes; that of the minutes before is still taken.
 *
 * <p>Thread: confined to the gate.
 */
public final class Cookies {
    private static final long LIFE_NANOS = 120_000_000_000L;

    private final RandomGenerator random;
    private Hmac current;
    private Hmac previous;
    private long sinceNanos;

    /** With secrets of a random source that nobody can guess. */
    public Cookies(RandomGenerator random, long nowNanos) {
        this.random = random;
        this.current = fresh();
        this.previous = fresh();
        this.sinceNanos = nowNanos;
    }

    /** Writes the cookie of an address. */
    public void write(InetSocketAddress address, byte[] buffer, int at, long nowNanos) {
        rotate(nowNanos);
        update(current, address).writeShort(buffer, at);
    }

    /** Whether it is a cookie of this address. */
    public boolean matches(InetSocketAddress address, byte[] buffer, int at, long nowNanos) {
        rotate(nowNanos);
        return update(current, address).matchesShort(buffer, at)
                || update(previous, address).matchesShort(buffer, at);
    }

    private void rotate(long nowNanos) {
        if (nowNanos - sinceNanos >= LIFE_NANOS) {
            previous = nowNanos - sinceNanos >= 2 * LIFE_NANOS ? fresh() : current;
            current = fresh();
            sinceNanos = nowNanos;
        }
    }

    private Hmac fresh() {
        byte[] secret = new byte[Hmac.LENGTH];
        random.nextBytes(secret);
        return new Hmac(secret);
    }

    private static Hmac update(Hmac hmac, InetSocketAddress address) {
        return hmac.update(address.getAddress().getAddress())
                .update((byte) (address.getPort() >>> 8))
                .update((byte) address.getPort());
    }
}
