package io.ztnio.protocol.controller.api;

/**
 * What a request is answered with. Immutable.
 *
 * @param status an HTTP status code
 * @param json the body; empty for none
 */
public record Answer(int status, String json) {
    /** There is no such thing here. */
    public static final Answer NOT_FOUND = new Answer(404, "");

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    static Answer ok(Object json) {
        return new Answer(OK, json.toString());
    }

    static Answer badRequest() {
        return new Answer(BAD_REQUEST, "");
    }
}
