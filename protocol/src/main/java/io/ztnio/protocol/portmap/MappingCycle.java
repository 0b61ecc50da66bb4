package io.ztnio.protocol.portmap;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * In which order a gateway is asked: PCP and NAT-PMP ({@link PortControl}), then UPnP, as the reference does; if it has none of them,
 * or refuses, again after five minutes. Sans-I/O; UPnP is an attempt that the owner makes.
 *
 * <p>Thread: confined to its owner. Times are milliseconds of a clock that does not go backwards.
 */
final class MappingCycle implements ControlChannel.Asker {
    /** Between two attempts, and between two renewals by UPnP, whose mappings are gone without a word when a router starts again. */
    static final long REFRESH_MILLIS = 300_000;

    private static final long LEAST_RENEWAL_MILLIS = 4_000;

    private enum Step {
        PORT_CONTROL,
        UPNP,
        REST
    }

    private final Supply supply;
    private PortControl control;
    private Step step = Step.PORT_CONTROL;
    private long nextMillis;
    private Optional<PortMapping> byUpnp = Optional.empty();

    /** Makes a beginner's {@link PortControl}. */
    @FunctionalInterface
    private interface Supply {
        PortControl at(long nowMillis);
    }

    /** As {@link PortControl#PortControl}. */
    MappingCycle(InetAddress client, int port, RandomGenerator random, long nowMillis) {
        supply = now -> new PortControl(client, port, random, now);
        control = supply.at(nowMillis);
    }

    /** The mapping that there is, whoever made it. */
    Optional<PortMapping> mapping() {
        return byUpnp.isPresent() ? byUpnp : control.mapping();
    }

    /** What has made it, for logs. */
    String protocol() {
        return byUpnp.isPresent() ? "UPnP" : control.protocol();
    }

    /** Sends what is due; when to come back. */
    long poll(long nowMillis, Consumer<byte[]> output) {
        if (step == Step.REST && nowMillis >= nextMillis) {
            step = Step.PORT_CONTROL;
            control = supply.at(nowMillis);
        }
        if (step == Step.PORT_CONTROL) {
            long next = control.poll(nowMillis, output);
            if (control.state() != PortControl.State.FAILED) {
                return next;
            }
            step = Step.UPNP;
            nextMillis = nowMillis;
        }
        return nextMillis;
    }

    @Override
    public void receive(byte[] bytes, int length, long nowMillis) {
        control.receive(bytes, length, nowMillis);
    }

    @Override
    public void unreachable(long nowMillis) {
        control.unreachable(nowMillis);
    }

    /** Whether it is time for UPnP; then {@link #onUpnp} is to follow. */
    boolean isUpnpDue(long nowMillis) {
        return step == Step.UPNP && nowMillis >= nextMillis;
    }

    /** What came of UPnP: the mapping, made or renewed, or nothing. */
    void onUpnp(Optional<PortMapping> outcome, long nowMillis) {
        boolean lost = byUpnp.isPresent() && outcome.isEmpty();
        byUpnp = outcome;
        if (outcome.isPresent()) {
            long lifetime = outcome.get().lifetimeSeconds();
            long half = lifetime == 0 ? REFRESH_MILLIS : Math.min(REFRESH_MILLIS, lifetime * 500);
            nextMillis = nowMillis + Math.max(LEAST_RENEWAL_MILLIS, half);
        } else {
            step = Step.REST;
            // One that had it may be another one by now.
            nextMillis = lost ? nowMillis : nowMillis + REFRESH_MILLIS;
        }
    }

    /** Whether the mapping is UPnP's, to be deleted by that. */
    boolean isUpnp() {
        return byUpnp.isPresent();
    }

    /** Gives back what PCP or NAT-PMP has made: to be polled until {@link #isReleased}. */
    void release(long nowMillis) {
        step = Step.PORT_CONTROL;
        control.release(nowMillis);
    }

    boolean isReleased() {
        return control.state() == PortControl.State.RELEASED;
    }
}
