package io.ztnio.protocol.controller;

/**
 * What a controller has done since it started. Immutable.
 *
 * @param networkChanges networks that were there and changed
 * @param memberChanges members that changed otherwise than by being let in or put out, new ones among them
 * @param authorizations members that were let in
 * @param deauthorizations members that were put out, or forgotten
 * @param requests configurations that were asked for
 */
public record ControllerCounts(
        long networkChanges, long memberChanges, long authorizations, long deauthorizations, long requests) {
    /** Nothing has been done. */
    public static final ControllerCounts NONE = new ControllerCounts(0, 0, 0, 0, 0);

    ControllerCounts networkChanged() {
        return new ControllerCounts(networkChanges + 1, memberChanges, authorizations, deauthorizations, requests);
    }

    /** A member's record says something new, or is gone. */
    ControllerCounts memberChanged(boolean wasAuthorized, boolean isAuthorized) {
        int in = !wasAuthorized && isAuthorized ? 1 : 0;
        int out = wasAuthorized && !isAuthorized ? 1 : 0;
        return new ControllerCounts(
                networkChanges, memberChanges + 1 - in - out, authorizations + in, deauthorizations + out, requests);
    }

    ControllerCounts requested() {
        return new ControllerCounts(networkChanges, memberChanges, authorizations, deauthorizations, requests + 1);
    }
}
