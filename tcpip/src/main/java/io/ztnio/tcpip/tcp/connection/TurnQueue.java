package io.ztnio.tcpip.tcp.connection;

/**
 * What waits for its part of a turn, in order, each at most once. What waits brings its place along: adding allocates
 * nothing, so that it does not fail for want of memory, and whoever takes the first one out is not stopped by what that throws.
 *
 * <p>Thread: confined to the gate.
 *
 * @param <T> what waits
 */
public final class TurnQueue<T> {
    private Place<T> first;
    private Place<T> last;

    /**
     * A place in one queue at a time.
     *
     * @param <T> what waits
     */
    public static final class Place<T> {
        private final T owner;
        private Place<T> next;
        private boolean taken;

        public Place(T owner) {
            this.owner = owner;
        }
    }

    /** Puts it at the end, if it is in no queue. */
    public void add(Place<T> place) {
        if (place.taken) {
            return;
        }
        place.taken = true;
        if (last == null) {
            first = place;
        } else {
            last.next = place;
        }
        last = place;
    }

    /** Takes the first one out; {@code null} if there is none. */
    public T poll() {
        Place<T> head = first;
        if (head == null) {
            return null;
        }
        first = head.next;
        if (first == null) {
            last = null;
        }
        head.next = null;
        head.taken = false;
        return head.owner;
    }

    /** Moves what waits in one queue to the end of another. */
    public static <T> void moveAll(TurnQueue<T> from, TurnQueue<T> to) {
        while (from.first != null) {
            Place<T> head = from.first;
            from.poll();
            to.add(head);
        }
    }

    /** Takes it out, if it is in this queue. */
    public void remove(Place<T> gone) {
        Place<T> before = null;
        for (Place<T> place = first; place != null; place = place.next) {
            if (place == gone) {
                unlink(before, gone);
                return;
            }
            before = place;
        }
    }

    private void unlink(Place<T> before, Place<T> gone) {
        if (before == null) {
            first = gone.next;
        } else {
            before.next = gone.next;
        }
        if (last == gone) {
            last = before;
        }
        gone.next = null;
        gone.taken = false;
    }

    public boolean isEmpty() {
        return first == null;
    }
}
