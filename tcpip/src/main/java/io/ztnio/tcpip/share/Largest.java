package io.ztnio.tcpip.share;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Who makes room in a store that is full: whoever holds most of it, so that nobody who holds little is pushed out by
 * somebody who wants it all.
 *
 * <p>Thread: stateless.
 */
public final class Largest {
    /** Of what the largest holder has, so much goes at once: full stores are looked through seldom. */
    private static final int FRACTION = 8;

    private Largest() {}

    /** The holder of most, by the sum of weights; of several whose things come first. {@code null} if there is nothing. */
    public static <T, H> H holder(Iterable<T> things, Function<? super T, H> holder, ToIntFunction<? super T> weight) {
        Map<H, Integer> held = new HashMap<>();
        int most = 0;
        for (T thing : things) {
            most = Math.max(most, held.merge(holder.apply(thing), weight.applyAsInt(thing), Integer::sum));
        }
        for (T thing : things) {
            H its = holder.apply(thing);
            if (held.get(its) == most) {
                return its;
            }
        }
        return null;
    }

    /**
     * What is to go: the first eighth, at least one, of what belongs to the holder of most things.
     *
     * @param things the store's content in the order in which it may go
     */
    public static <T, H> List<T> share(Iterable<T> things, Function<? super T, H> holder) {
        H largest = holder(things, holder, thing -> 1);
        List<T> its = new ArrayList<>();
        for (T thing : things) {
            if (holder.apply(thing).equals(largest)) {
                its.add(thing);
            }
        }
        return its.isEmpty() ? its : its.subList(0, Math.max(1, its.size() / FRACTION));
    }
}
