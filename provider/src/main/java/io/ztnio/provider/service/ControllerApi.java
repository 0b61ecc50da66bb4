package io.ztnio.provider.service;

import java.util.List;

/** What answers below {@code /controller}. Thread: called on any thread, several at a time. */
@FunctionalInterface
public interface ControllerApi {
    /** Of a node that is no controller. */
    ControllerApi NONE = (method, segments, body, nowMillis) -> Answer.NOT_FOUND;

    /**
     * Answers a request that is authorised.
     *
     * @param method {@code GET}, {@code POST}, {@code PUT} or {@code DELETE}
     * @param segments of the path behind {@code controller}; none for {@code /controller} itself
     * @param body as it came; empty if there was none
     * @param nowMillis epoch milliseconds
     */
    Answer handle(String method, List<String> segments, String body, long nowMillis);
}
