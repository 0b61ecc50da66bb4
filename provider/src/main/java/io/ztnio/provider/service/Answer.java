package io.ztnio.provider.service;

import java.util.Objects;

/**
 * What a request is answered with. Immutable.
 *
 * @param status of HTTP
 * @param json the body; empty for none
 */
public record Answer(int status, String json) {
    /** There is no such thing here. */
    public static final Answer NOT_FOUND = new Answer(404, "");

    public Answer {
        Objects.requireNonNull(json, "json");
    }
}
