package io.ztnio.provider.channel;

import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.selector.FacadeKeys;
import java.net.InetAddress;
import java.nio.channels.SelectionKey;

/**
 * What the last non-blocking send of a datagram channel that sent nothing waits for, so that {@code OP_WRITE} tells when
 * to try again, and neither the other half nor a target that is still undecided makes a selector spin.
 *
 * <p>Thread: set by one thread at a time, by a lock of the caller's; read by any.
 */
final class BlockedWrites {
    private final FacadeKeys keys;
    private volatile By by = By.NOTHING;
    private volatile Registration registration = Registration.NONE;

    /** What is waited for. */
    private enum By {
        NOTHING,
        DECISION,
        VIRTUAL,
        HOST
    }

    BlockedWrites(FacadeKeys keys) {
        this.keys = keys;
    }

    /** A send found no room in one of the stacks. */
    void noRoom(boolean inVirtual) {
        change(inVirtual ? By.VIRTUAL : By.HOST);
    }

    /** A send found its target undecided. */
    void undecided(Stacks stacks, InetAddress target) {
        change(By.DECISION);
        registration.close();
        registration = stacks.networks().whenDecided(target, false, decision -> decided());
    }

    /** A send was possible. */
    void sent() {
        if (by != By.NOTHING) {
            change(By.NOTHING);
        }
    }

    void close() {
        registration.close();
    }

    /** What the host stack's half may be watched for. */
    int hostOps(int interest) {
        By now = by;
        return now == By.DECISION || now == By.VIRTUAL ? interest & ~SelectionKey.OP_WRITE : interest;
    }

    /** What of {@code ready}, which is not the host stack's, may be told. */
    int readyOps(int ready) {
        By now = by;
        return now == By.DECISION || now == By.HOST ? ready & ~SelectionKey.OP_WRITE : ready;
    }

    private void decided() {
        if (by == By.DECISION) {
            change(By.NOTHING);
        }
    }

    private void change(By changed) {
        if (by != changed) {
            by = changed;
            keys.refresh();
        }
    }
}
