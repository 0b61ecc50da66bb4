package io.ztnio.protocol.rule;

import java.util.List;

/** What a member may show of itself when its frames are filtered. Thread: confined to the node. */
public interface RuleParty {
    /** {@link #tag} of a member that has no such tag. */
    long NO_TAG = -1;

    /** The unsigned 32-bit value of a tag, if it is valid now, otherwise {@link #NO_TAG}. */
    long tag(int id);

    /** How many capabilities there are. */
    int capabilityCount();

    /** Rules of capability {@code index} in ascending order of ID; empty if it is not valid now. */
    List<Rule> capabilityRules(int index);

    /** Whether a valid certificate says that the IP address (4 or 16 bytes) is this member's. */
    boolean ownsIp(byte[] bytes, int offset, int length);

    /** Whether a valid certificate says that the MAC address is this member's. */
    boolean ownsMac(long mac);
}
