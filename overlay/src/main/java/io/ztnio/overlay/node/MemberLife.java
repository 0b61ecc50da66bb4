package io.ztnio.overlay.node;

/** Told what becomes of the members of a network. Thread: inside the gate. */
public interface MemberLife {
    /** A member is a new process, which knows nothing of what the old one had. */
    void onRestarted(long mac, long nowNanos);

    /** A member has said that it leaves. */
    void onLeft(long mac, long nowNanos);

    /** Nothing was heard of a member for so long that it counts as gone. */
    void onLost(long mac, long nowNanos);
}
