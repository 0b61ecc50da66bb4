package io.ztnio.junit;

/** How time passes on a test's network. */
public enum NetworkTime {
    /** As outside. */
    REAL,
    /**
     * As outside, and ahead of it whenever somebody would only wait: while datagrams travel, and while TCP waits to send again
     * what was lost. {@link TestNetwork#advance} moves it further. Timeouts of blocking calls are in real time.
     */
    VIRTUAL
}
