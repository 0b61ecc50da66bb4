package io.ztnio.provider.service;

import io.ztnio.protocol.controller.api.Answer;
import java.util.List;

/** What answers below {@code /controller} and {@code /unstable/controller}. Thread: called on any thread, several at a time. */
public interface ServedController {
    /** Of a node that is no controller. */
    ServedController NONE = new ServedController() {
        @Override
        public Answer handle(String method, List<String> segments, String body, long nowMillis) {
            return Answer.NOT_FOUND;
        }

        @Override
        public Answer handleUnstable(String method, List<String> segments) {
            return Answer.NOT_FOUND;
        }
    };

    /**
     * Answers a request that is authorised.
     *
     * @param method {@code GET}, {@code POST}, {@code PUT} or {@code DELETE}
     * @param segments of the path behind {@code /controller}; none for {@code /controller} itself, an empty one after a slash at
     *     the end
     * @param body as it came; empty if there was none
     * @param nowMillis epoch milliseconds
     */
    Answer handle(String method, List<String> segments, String body, long nowMillis);

    /**
     * The same below {@code /unstable/controller}, where lists have everything in them.
     *
     * @param segments of the path behind {@code /unstable/controller}
     */
    Answer handleUnstable(String method, List<String> segments);
}
