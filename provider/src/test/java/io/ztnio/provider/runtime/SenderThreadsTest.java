package io.ztnio.provider.runtime;

import java.util.Map;

/** Engines with threads that seal and send. */
class SenderThreadsTest extends EngineThreadsContract {
    SenderThreadsTest() {
        super("ztnio-sender", Map.of("ztnio.threads", "2"), Map.of("ztnio.threads", "1"));
    }
}
