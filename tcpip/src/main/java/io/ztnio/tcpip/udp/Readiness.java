package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.endpoint.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The readiness bits of an endpoint.
 *
 * <p>The side that makes a condition true raises its bit, the side that ends the condition lowers it and then looks
 * again: so no condition is left without its bit.
 *
 * <p>Thread: thread-safe.
 */
final class Readiness {
    /** What {@link Endpoint#close} sets. */
    static final int ALL = Endpoint.READABLE
            | Endpoint.WRITABLE
            | Endpoint.CONNECTABLE
            | Endpoint.ACCEPTABLE
            | Endpoint.FAILED
            | Endpoint.HUNG_UP;

    private static final VarHandle BITS;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(Readiness.class, "bits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through its VarHandle
    private int bits;

    Readiness(int initial) {
        BITS.setVolatile(this, initial);
    }

    int bits() {
        return (int) BITS.getVolatile(this);
    }

    /** Sets bits and returns those that were not set. */
    int raise(int mask) {
        return mask & ~(int) BITS.getAndBitwiseOr(this, mask);
    }

    void lower(int mask) {
        BITS.getAndBitwiseAnd(this, ~mask);
    }
}
