package io.ztnio.protocol.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One end of a frame, with what it is said to have. */
final class TestParty implements RuleParty {
    final Map<Integer, Long> tags = new HashMap<>();
    final List<List<Rule>> capabilities = new ArrayList<>();

    /** Of an IP address in hexadecimal digits, and of {@code mac} for any MAC address. */
    Predicate<String> owns = what -> false;

    @Override
    public long tag(int id) {
        return tags.getOrDefault(id, NO_TAG);
    }

    @Override
    public int capabilityCount() {
        return capabilities.size();
    }

    @Override
    public List<Rule> capabilityRules(int index) {
        return capabilities.get(index);
    }

    @Override
    public boolean ownsIp(byte[] bytes, int offset, int length) {
        return owns.test(HexFormat.of().formatHex(bytes, offset, offset + length));
    }

    @Override
    public boolean ownsMac(long mac) {
        return owns.test("mac");
    }
}
