package io.ztnio.tcpip.group;

/** What the multicast routers of a link understand: the oldest that was heard lately decides. */
public enum QuerierVersion {
    /** IGMPv3 (RFC 3376) or MLDv2 (RFC 3810): groups with sources. */
    CURRENT,
    /** IGMPv2 (RFC 2236) or MLDv1 (RFC 2710): groups. */
    OLDER,
    /** IGMPv1 (RFC 1112): groups, but nobody says that he leaves one. */
    OLDEST
}
