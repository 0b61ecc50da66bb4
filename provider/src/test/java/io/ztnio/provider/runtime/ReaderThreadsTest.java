package io.ztnio.provider.runtime;

import java.util.Map;

/** Engines with threads that receive and open, at one end beside threads that seal and send. */
class ReaderThreadsTest extends EngineThreadsContract {
    ReaderThreadsTest() {
        super("-reader-", Map.of("ztnio.readers", "3"), Map.of("ztnio.readers", "1", "ztnio.threads", "2"));
    }
}
