package io.ztnio.provider.dual;

import io.ztnio.provider.dual.Alternation.Source;
import java.io.IOException;

/**
 * Which of the two stacks is asked first, in turn, so that neither starves.
 *
 * <p>Thread: one at a time.
 *
 * @param <A> what a source needs to take something
 * @param <T> what is taken
 */
public final class Turns<A, T> {
    private final Source<A, T> virtual;
    private final Source<A, T> host;
    private boolean virtualFirst;

    public Turns(Source<A, T> virtual, Source<A, T> host) {
        this.virtual = virtual;
        this.host = host;
    }

    /** What waits in either stack, or {@code null}. */
    public T poll(A argument) throws IOException {
        virtualFirst = !virtualFirst;
        T taken = (virtualFirst ? virtual : host).poll(argument);
        return taken != null ? taken : (virtualFirst ? host : virtual).poll(argument);
    }
}
