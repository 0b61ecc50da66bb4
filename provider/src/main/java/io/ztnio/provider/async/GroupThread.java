package io.ztnio.provider.async;

/**
 * What is known of a thread while it runs tasks of a group: whose it is, and how many handlers it has called, so that a
 * handler whose next operation completes at once does not call the next handler, and so on, until the stack is full.
 *
 * <p>Thread: each has its own.
 */
final class GroupThread {
    /** As many as in the JDK, of handlers in a row without a return to the pool. */
    private static final int MOST_HANDLERS = Integer.getInteger("sun.nio.ch.maxCompletionHandlersOnStack", 16);

    private static final ThreadLocal<GroupThread> CURRENT = new ThreadLocal<>();

    private final ZeroTierChannelGroup group;
    private int handlers;

    private GroupThread(ZeroTierChannelGroup group) {
        this.group = group;
    }

    /** Runs a task on a thread of the group. */
    static void run(ZeroTierChannelGroup group, Runnable task) {
        GroupThread before = CURRENT.get();
        CURRENT.set(new GroupThread(group));
        try {
            task.run();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }

    /** The current thread, if it runs a task of {@code group}; else {@code null}. */
    static GroupThread current(ZeroTierChannelGroup group) {
        GroupThread current = CURRENT.get();
        return current != null && current.group == group ? current : null;
    }

    /** Whether it may call one more handler; if so that is counted. */
    boolean takeHandler() {
        return handlers < MOST_HANDLERS && handlers++ < MOST_HANDLERS;
    }
}
