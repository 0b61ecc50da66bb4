package io.ztnio.provider.contract;

/** The threads that tests of {@code java.net} run blocking operations on, where a difference is promised. */
enum ThreadKind {
    PLATFORM,
    VIRTUAL;

    /** Whether this JDK has them. */
    boolean exists() {
        return this == PLATFORM || Runtime.version().feature() >= 21;
    }

    /** A daemon thread that has not started. */
    Thread of(Runnable task) {
        if (this == PLATFORM) {
            Thread thread = new Thread(task, "background");
            thread.setDaemon(true);
            return thread;
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (Thread) Class.forName("java.lang.Thread$Builder")
                    .getMethod("unstarted", Runnable.class)
                    .invoke(builder, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no virtual threads", e);
        }
    }
}
