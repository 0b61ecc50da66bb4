package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Gets and keeps a mapping by PCP or, of a gateway that knows that only, NAT-PMP (RFC 6887 appendix A), which is for IPv4. With IPv6 a
 * mapping is a hole in the gateway's firewall. Sans-I/O: what is sent goes to port 5351 of the gateway, what comes from there is handed
 * in.
 *
 * <pre>
 * ASKING (PCP, then NAT-PMP) -> MAPPED -> ASKING when it expires
 *    |                            |
 *    +--------> FAILED <----------+      RELEASING -> RELEASED from any of them
 * </pre>
 *
 * <p>Thread: confined to its owner. Times are milliseconds of a clock that does not go backwards.
 */
final class PortControl implements ControlChannel.Asker {
    /** What we ask for; the reference asks NAT-PMP for as much, and renews as often as half of it. */
    static final long LIFETIME_SECONDS = 600;

    /** RFC 6887 section 8.1.1: the first wait for an answer; it doubles, with a tenth of jitter. */
    private static final long PCP_WAIT_MILLIS = 3_000;

    /** RFC 6886 section 3.1. */
    private static final long NAT_PMP_WAIT_MILLIS = 250;

    private static final int PCP_ATTEMPTS = 3;

    /** RFC 6886 has nine, which take two minutes; UPnP is tried after a quarter of one, and this again later. */
    private static final int NAT_PMP_ATTEMPTS = 6;

    private static final int RELEASE_ATTEMPTS = 3;

    /** RFC 6887 section 11.2.1: between renewals. */
    private static final long LEAST_RENEWAL_MILLIS = 4_000;

    /** RFC 6887 section 11.1: no preference but the version. */
    private static final InetAddress NOWHERE = new InetSocketAddress("0.0.0.0", 0).getAddress();

    private static final InetAddress NOWHERE_IPV6 = new InetSocketAddress("::", 0).getAddress();

    enum State {
        ASKING,
        MAPPED,
        FAILED,
        RELEASING,
        RELEASED
    }

    private final InetAddress client;
    private final boolean ipv6;
    private final int port;
    private final RandomGenerator random;
    private final byte[] nonce = new byte[Pcp.NONCE_LENGTH];
    private final EpochWatch epoch = new EpochWatch();
    private State state = State.ASKING;
    private boolean natPmp;
    private int attempts;
    private long nextSendMillis;
    private long lastRequestMillis;
    private long waitMillis;
    private long expiresMillis;
    private PortMapping mapping;

    /** NAT-PMP tells the outer address apart from the port. */
    private InetAddress natPmpExternal;

    private InetSocketAddress last;

    /**
     * Asks at the first {@link #poll}.
     *
     * @param client the address that we send from
     * @param port of ours, which is to be reached; asked for outside too
     */
    PortControl(InetAddress client, int port, RandomGenerator random, long nowMillis) {
        this.client = client;
        this.ipv6 = client.getAddress().length > 4;
        this.port = port;
        this.random = random;
        random.nextBytes(nonce);
        ask(nowMillis);
    }

    State state() {
        return state;
    }

    /** While {@link State#MAPPED}. */
    Optional<PortMapping> mapping() {
        return state == State.MAPPED ? Optional.of(mapping) : Optional.empty();
    }

    /** "PCP" or "NAT-PMP", for logs. */
    String protocol() {
        return natPmp ? "NAT-PMP" : "PCP";
    }

    /** Sends what is due; when to come back. */
    long poll(long nowMillis, Consumer<byte[]> output) {
        if (state == State.MAPPED && nowMillis >= expiresMillis) {
            // Nobody has answered for half a lifetime: the gateway may be another one by now.
            natPmp = false;
            ask(nowMillis);
        }
        if (state == State.FAILED || state == State.RELEASED) {
            return Long.MAX_VALUE;
        }
        if (nowMillis >= nextSendMillis) {
            send(nowMillis, output);
        }
        return switch (state) {
            case MAPPED -> Math.min(nextSendMillis, expiresMillis);
            case ASKING, RELEASING -> nextSendMillis;
            case FAILED, RELEASED -> Long.MAX_VALUE;
        };
    }

    private void ask(long nowMillis) {
        state = State.ASKING;
        natPmpExternal = null;
        attempts = 0;
        nextSendMillis = nowMillis;
        waitMillis = natPmp ? NAT_PMP_WAIT_MILLIS : PCP_WAIT_MILLIS;
    }

    private void send(long nowMillis, Consumer<byte[]> output) {
        lastRequestMillis = nowMillis;
        if (state == State.MAPPED) {
            planRenewal(nowMillis, expiresMillis - nowMillis);
            request(LIFETIME_SECONDS, output);
            return;
        }
        int most = state == State.RELEASING ? RELEASE_ATTEMPTS : natPmp ? NAT_PMP_ATTEMPTS : PCP_ATTEMPTS;
        if (attempts == most) {
            giveUp(nowMillis, output);
            return;
        }
        attempts++;
        // Before it is sent, for that may fail at once.
        nextSendMillis = nowMillis + jittered(waitMillis);
        waitMillis *= 2;
        request(state == State.RELEASING ? 0 : LIFETIME_SECONDS, output);
    }

    /** RFC 6887 section 8.1.1. */
    private long jittered(long millis) {
        return millis + random.nextLong(-millis / 10, millis / 10 + 1);
    }

    private void giveUp(long nowMillis, Consumer<byte[]> output) {
        if (state == State.RELEASING) {
            state = State.RELEASED;
        } else if (natPmp || ipv6) {
            state = State.FAILED;
        } else {
            natPmp = true;
            ask(nowMillis);
            send(nowMillis, output);
        }
    }

    private void request(long lifetimeSeconds, Consumer<byte[]> output) {
        boolean delete = lifetimeSeconds == 0;
        int suggested = delete ? 0 : last == null ? port : last.getPort();
        if (natPmp) {
            if (!delete) {
                output.accept(NatPmp.addressRequest());
            }
            output.accept(NatPmp.mapRequest(port, suggested, lifetimeSeconds));
        } else {
            InetAddress nowhere = ipv6 ? NOWHERE_IPV6 : NOWHERE;
            InetAddress ip = delete || last == null ? nowhere : last.getAddress();
            output.accept(Pcp.mapRequest(client, nonce, port, ip, suggested, lifetimeSeconds));
        }
    }

    /** RFC 6887 section 11.2.1: at half of what is left, and up to an eighth of it later. */
    private void planRenewal(long nowMillis, long leftMillis) {
        long half = leftMillis / 2 + (long) (random.nextDouble() * leftMillis / 8);
        nextSendMillis = nowMillis + Math.max(LEAST_RENEWAL_MILLIS, half);
    }

    /** At once, but for a gateway whose clock jumps with each answer. */
    private void renewSoon(long nowMillis) {
        nextSendMillis = Math.min(nextSendMillis, Math.max(nowMillis, lastRequestMillis + LEAST_RENEWAL_MILLIS));
    }

    @Override
    public void receive(byte[] bytes, int length, long nowMillis) {
        if (state == State.FAILED || state == State.RELEASED) {
            return;
        }
        if (natPmp) {
            NatPmp.read(bytes, length).ifPresent(reply -> onNatPmp(reply, nowMillis));
        } else if (length > 0 && bytes[0] == NatPmp.VERSION) {
            // RFC 6887 appendix A: who knows NAT-PMP only says "unsupported version", in its own version.
            NatPmp.read(bytes, length).filter(reply -> reply.result() != 0).ifPresent(reply -> fallBack(nowMillis));
        } else {
            Pcp.read(bytes, length).ifPresent(reply -> onPcp(reply, nowMillis));
        }
    }

    @Override
    public void unreachable(long nowMillis) {
        if (state == State.RELEASING) {
            state = State.RELEASED;
        } else if (state == State.ASKING) {
            state = State.FAILED;
        } else if (state == State.MAPPED) {
            // An ICMP error is easily forged: a question, not an answer.
            nextSendMillis = Math.min(nextSendMillis, nowMillis + LEAST_RENEWAL_MILLIS);
        }
    }

    private void fallBack(long nowMillis) {
        if (state == State.RELEASING) {
            state = State.RELEASED;
        } else if (ipv6) {
            state = State.FAILED;
        } else {
            natPmp = true;
            ask(nowMillis);
        }
    }

    private void onPcp(Pcp.Reply reply, long nowMillis) {
        boolean reset = epoch.isReset(reply.epochSeconds(), nowMillis);
        if (reply.opcode() == Pcp.ANNOUNCE) {
            if (reset && state == State.MAPPED) {
                renewSoon(nowMillis);
            }
            return;
        }
        if (reply.opcode() != Pcp.MAP) {
            return;
        }
        if (reply.result() == Pcp.UNSUPPORTED_VERSION) {
            fallBack(nowMillis);
            return;
        }
        if (reply.nonce() == null || !reply.nonce().equals(Bytes.of(nonce)) || reply.internalPort() != port) {
            return;
        }
        answered(
                reply.result() == Pcp.SUCCESS,
                reply.external(),
                reply.externalPort(),
                reply.lifetimeSeconds(),
                nowMillis);
    }

    private void onNatPmp(NatPmp.Reply reply, long nowMillis) {
        boolean reset = epoch.isReset(reply.epochSeconds(), nowMillis);
        if (reset && state == State.MAPPED) {
            // RFC 6886 section 3.7.
            renewSoon(nowMillis);
        }
        if (reply.result() != NatPmp.SUCCESS) {
            answered(false, null, 0, 0, nowMillis);
        } else if (reply.opcode() == NatPmp.ADDRESS) {
            natPmpExternal = reply.external();
            if (state == State.MAPPED && !isPlace(natPmpExternal)) {
                state = State.FAILED;
            } else if (state == State.MAPPED) {
                mapped(natPmpExternal, last.getPort(), mapping.lifetimeSeconds());
            }
        } else if (reply.internalPort() == port) {
            boolean known = natPmpExternal != null;
            if (known || state == State.RELEASING) {
                answered(true, natPmpExternal, reply.externalPort(), reply.lifetimeSeconds(), nowMillis);
            }
        }
    }

    private void answered(
            boolean success, InetAddress external, int externalPort, long lifetimeSeconds, long nowMillis) {
        if (state == State.RELEASING) {
            // Of a request that was under way before, or of ours: only that has no lifetime.
            if (!success || lifetimeSeconds == 0) {
                state = State.RELEASED;
            }
        } else if (!success || lifetimeSeconds == 0 || externalPort == 0 || !isPlace(external)) {
            state = State.FAILED;
        } else {
            mapped(external, externalPort, lifetimeSeconds);
            state = State.MAPPED;
            long lifeMillis = Math.min(lifetimeSeconds, LIFETIME_SECONDS) * 1000;
            expiresMillis = nowMillis + lifeMillis;
            planRenewal(nowMillis, lifeMillis);
        }
    }

    private void mapped(InetAddress external, int externalPort, long lifetimeSeconds) {
        last = new InetSocketAddress(external, externalPort);
        mapping = new PortMapping(last, lifetimeSeconds);
    }

    /** A router that is not connected itself says 0.0.0.0. IPv6 outside of an IPv4 port (NAT64 and the like) is nobody's way to us. */
    private boolean isPlace(InetAddress address) {
        return isPlace(address, ipv6);
    }

    /** @param ipv6 which version it has to have */
    static boolean isPlace(InetAddress address, boolean ipv6) {
        return address != null
                && address.getAddress().length == (ipv6 ? 16 : 4)
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress();
    }

    /** Gives the mapping back, if there is or may be one: to be polled until {@link State#RELEASED}. */
    void release(long nowMillis) {
        boolean asked = state == State.MAPPED || (state == State.ASKING && attempts > 0);
        state = asked ? State.RELEASING : State.RELEASED;
        attempts = 0;
        nextSendMillis = nowMillis;
        waitMillis = NAT_PMP_WAIT_MILLIS;
    }
}
