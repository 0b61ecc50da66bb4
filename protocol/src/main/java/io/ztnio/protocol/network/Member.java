package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleParty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Another member of a network: the credentials that it has shown. Thread: confined to the node. */
final class Member implements RuleParty {
    /** What became of a credential that was to be stored. */
    enum Stored {
        NEW,
        REDUNDANT,
        STALE,
        FULL
    }

    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final int MAX_THRESHOLDS = 512;

    final VirtualNetwork network;
    final long address;

    long lastUsedMillis;
    long lastAnnouncedMillis = NEVER;
    long lastPushMillis = NEVER;
    /** The configuration whose credentials were pushed last. */
    int pushedEpoch = -1;

    private CertificateOfMembership membership;
    private final List<Tag> tags = new ArrayList<>(0);
    private final List<Capability> capabilities = new ArrayList<>(0);
    private final List<CertificateOfOwnership> ownership = new ArrayList<>(0);
    private final Map<Long, Long> revokedUntilMillis = new HashMap<>();

    private int gateEpoch = -1;
    private boolean gateOpen;

    Member(VirtualNetwork network, long address) {
        this.network = network;
        this.address = address;
    }

    /**
     * Whether it may take part ({@code protocol.md} 6.5). Evaluated once for each configuration of ours and certificate of
     * its.
     */
    boolean passesGate(Identity identity) {
        if (gateEpoch != network.configEpoch()) {
            gateEpoch = network.configEpoch();
            gateOpen = evaluateGate(identity);
        }
        return gateOpen;
    }

    private boolean evaluateGate(Identity identity) {
        NetworkConfig config = network.configOrNull();
        if (config == null) {
            return false;
        }
        if (config.isPublic()) {
            return true;
        }
        return membership != null
                && config.membership().isPresent()
                && !isRevoked(membership)
                && config.membership().get().agreesWith(membership, identity);
    }

    /** Whether storing it would change anything; asked before its signature is verified. */
    Stored wouldStore(Credential credential) {
        if (isRevoked(credential)) {
            return Stored.STALE;
        }
        Credential old = find(credential);
        if (old == null) {
            return Stored.NEW;
        }
        if (old.equals(credential)) {
            return Stored.REDUNDANT;
        }
        return old.timestampMillis() > credential.timestampMillis() ? Stored.STALE : Stored.NEW;
    }

    /** Stores a credential whose signature is good. */
    Stored store(Credential credential) {
        Stored result = wouldStore(credential);
        if (result != Stored.NEW) {
            return result;
        }
        gateEpoch = -1;
        if (credential instanceof CertificateOfMembership com) {
            membership = com;
            return Stored.NEW;
        }
        if (credential instanceof Tag tag) {
            return replace(tags, tag, NetworkConfig.MAX_TAGS);
        }
        if (credential instanceof Capability capability) {
            return replace(capabilities, capability, NetworkConfig.MAX_CAPABILITIES);
        }
        return credential instanceof CertificateOfOwnership owned ? own(owned) : Stored.STALE;
    }

    private Stored own(CertificateOfOwnership certificate) {
        CertificateOfOwnership old = byId(ownership, certificate.id());
        if (old != null) {
            network.owners().remove(old);
        }
        Stored result = replace(ownership, certificate, NetworkConfig.MAX_OWNERSHIP);
        if (result == Stored.NEW) {
            network.owners().add(certificate);
        }
        return result;
    }

    /** The member is not kept any more. */
    void forgetOwnership() {
        ownership.forEach(network.owners()::remove);
    }

    /** Whether it has shown us a certificate, or we have shown it ours: others than those we have only heard of. */
    boolean isMet() {
        return membership != null || lastPushMillis != NEVER;
    }

    /** Revokes credentials up to a moment; returns whether that is news. */
    Stored revoke(CredentialType type, int id, long untilMillis) {
        long key = key(type, id);
        Long old = revokedUntilMillis.get(key);
        if (old != null && old >= untilMillis) {
            return Stored.REDUNDANT;
        }
        if (old == null && revokedUntilMillis.size() >= MAX_THRESHOLDS) {
            return Stored.FULL;
        }
        revokedUntilMillis.put(key, untilMillis);
        gateEpoch = -1;
        for (CertificateOfOwnership owned : ownership) {
            if (isRevoked(owned)) {
                network.owners().remove(owned);
            }
        }
        return Stored.NEW;
    }

    /** Whether it would change anything; asked before its signature is verified. */
    boolean wouldRevoke(Revocation revocation) {
        CredentialType type = revocation.revokedType();
        Long old = type == null ? null : revokedUntilMillis.get(key(type, revocation.credentialId()));
        return old == null || old < revocation.timestampMillis();
    }

    private boolean isRevoked(Credential credential) {
        if (revokedUntilMillis.isEmpty()) {
            return false;
        }
        Long until = revokedUntilMillis.get(key(credential.type(), credential.id()));
        return until != null && credential.timestampMillis() <= until;
    }

    private static long key(CredentialType type, int id) {
        return (long) type.code() << 32 | (id & 0xffffffffL);
    }

    private Credential find(Credential like) {
        return switch (like.type()) {
            case COM -> membership;
            case TAG -> byId(tags, like.id());
            case CAPABILITY -> byId(capabilities, like.id());
            case CERTIFICATE_OF_OWNERSHIP -> byId(ownership, like.id());
            case NULL, REVOCATION -> null;
        };
    }

    private static <C extends Credential> C byId(List<C> list, int id) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).id() == id) {
                return list.get(i);
            }
        }
        return null;
    }

    private static <C extends Credential> Stored replace(List<C> list, C credential, int most) {
        list.removeIf(old -> old.id() == credential.id());
        if (list.size() >= most) {
            return Stored.FULL;
        }
        int at = 0;
        while (at < list.size() && Integer.compareUnsigned(list.get(at).id(), credential.id()) < 0) {
            at++;
        }
        list.add(at, credential);
        return Stored.NEW;
    }

    /** Two moments may be further apart than a signed number says. */
    static boolean isWithin(long mostMillis, long one, long other) {
        long apart = one >= other ? one - other : other - one;
        return apart >= 0 && apart <= mostMillis;
    }

    private boolean isValid(Credential credential) {
        NetworkConfig config = network.configOrNull();
        return config != null
                && isWithin(
                        config.credentialTimeMaxDeltaMillis(), credential.timestampMillis(), config.timestampMillis())
                && !isRevoked(credential);
    }

    @Override
    public long tag(int id) {
        Tag tag = byId(tags, id);
        return tag != null && isValid(tag) ? tag.value() & 0xffffffffL : NO_TAG;
    }

    @Override
    public int capabilityCount() {
        return capabilities.size();
    }

    @Override
    public List<Rule> capabilityRules(int index) {
        Capability capability = capabilities.get(index);
        return isValid(capability) ? capability.rules() : List.of();
    }

    @Override
    public boolean ownsIp(byte[] bytes, int offset, int length) {
        for (CertificateOfOwnership owned : ownership) {
            if (isValid(owned) && owned.ownsIp(bytes, offset, length)) {
                return true;
            }
        }
        return network.isEmulated(bytes, offset, length);
    }

    @Override
    public boolean ownsMac(long mac) {
        for (CertificateOfOwnership owned : ownership) {
            if (isValid(owned) && owned.ownsMac(mac)) {
                return true;
            }
        }
        return false;
    }
}
