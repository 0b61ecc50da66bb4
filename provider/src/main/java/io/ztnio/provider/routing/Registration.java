package io.ztnio.provider.routing;

/** Something that was asked for and may be taken back. Thread: thread-safe. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Nothing to take back. */
    Registration NONE = () -> {};

    /**
     * Takes it back: what was registered is not called from now on, though a call that is under way may still end after
     * this. Closing twice, or after the call, does nothing.
     */
    @Override
    void close();
}
