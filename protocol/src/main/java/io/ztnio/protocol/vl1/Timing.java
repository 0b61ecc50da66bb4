package io.ztnio.protocol.vl1;

/** Intervals, in milliseconds ({@code protocol.md} 8 and 11.2). */
final class Timing {
    static final long PING_CHECK_MILLIS = 5_000;
    static final long HOUSEKEEPING_MILLIS = 30_000;
    static final long QUEUE_CHECK_MILLIS = 500;

    static final long PATH_HEARTBEAT_MILLIS = 14_000;
    static final long PATH_ALIVE_MILLIS = 19_000;
    static final long PATH_EXPIRATION_MILLIS = 243_000;
    static final long PEER_PING_MILLIS = 60_000;
    static final long PEER_ACTIVITY_MILLIS = 500_000;
    static final long TRUST_MILLIS = 600_000;

    /** Between full HELLOs: 14 s times 2 for contacts, times 16 for upstreams. */
    static final long CONTACT_HELLO_MILLIS = 28_000;

    static final long UPSTREAM_HELLO_MILLIS = 224_000;
    /**
     * An upstream that was silent for so long, although it got an ECHO every 14 to 19 s, is looked for at its stable
     * endpoints again; and after as long again without any upstream the node calls itself offline.
     */
    static final long UPSTREAM_SILENCE_MILLIS = 45_000;

    static final long OFFLINE_MILLIS = 90_000;

    static final long WHOIS_RETRY_MILLIS = 500;
    static final long WHOIS_REPLY_MILLIS = 100;
    static final long QUEUE_LIFE_MILLIS = 5_000;
    static final long ECHO_REPLY_MILLIS = 166;
    static final long CONFIRM_HELLO_MILLIS = 1_000;
    static final long IDENTITY_CHECK_MILLIS = 2_000;
    static final long INTRODUCTION_MILLIS = 30_000;
    static final long PUSH_RELAYED_MILLIS = 15_000;
    static final long PUSH_DIRECT_MILLIS = 120_000;
    static final long PUSH_WINDOW_MILLIS = 30_000;
    static final long SURFACE_MILLIS = 600_000;

    /** A path that is used but silent is asked every 2 s, and after 6 s without an answer packets take the relay. */
    static final long STALE_PROBE_MILLIS = 2_000;

    static final long STALE_GIVE_UP_MILLIS = 6_000;
    static final long PEER_ACTIVE_NOTICE_MILLIS = 5_000;

    /** How long the OK to a packet of ours is expected. */
    static final long REPLY_MILLIS = 60_000;

    private Timing() {}
}
