package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleParty;
import java.util.List;

/** Ourselves when frames are filtered: what our configuration certifies. Immutable. */
final class OwnParty implements RuleParty {
    private final NetworkConfig config;

    OwnParty(NetworkConfig config) {
        this.config = config;
    }

    @Override
    public long tag(int id) {
        for (int i = 0; i < config.tags().size(); i++) {
            Tag tag = config.tags().get(i);
            if (tag.id() == id) {
                return tag.value() & 0xffffffffL;
            }
        }
        return NO_TAG;
    }

    @Override
    public int capabilityCount() {
        return config.capabilities().size();
    }

    @Override
    public List<Rule> capabilityRules(int index) {
        return config.capabilities().get(index).rules();
    }

    @Override
    public boolean ownsIp(byte[] bytes, int offset, int length) {
        for (CertificateOfOwnership owned : config.ownership()) {
            if (owned.ownsIp(bytes, offset, length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean ownsMac(long mac) {
        for (CertificateOfOwnership owned : config.ownership()) {
            if (owned.ownsMac(mac)) {
                return true;
            }
        }
        return false;
    }
}
