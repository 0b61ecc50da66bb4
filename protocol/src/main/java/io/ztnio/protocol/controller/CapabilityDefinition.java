package io.ztnio.protocol.controller;

import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.rule.Rule;
import java.util.List;

/**
 * Rules that members can be given. Immutable.
 *
 * @param isDefault whether new members have it
 */
public record CapabilityDefinition(int id, boolean isDefault, List<Rule> rules) {
    public CapabilityDefinition {
        rules = List.copyOf(rules);
        if (rules.size() > Capability.MAX_RULES) {
            throw new IllegalArgumentException("capability " + id + " has " + rules.size() + " rules");
        }
    }
}
