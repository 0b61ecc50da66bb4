package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.network.Member.Stored;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** NETWORK_CREDENTIALS, both ways ({@code protocol.md} 4.11, 6.8, 7.3). Thread: confined to the node. */
final class CredentialExchange {
    private static final long PUSH_INTERVAL_MILLIS = 500_000;
    private static final long PUSH_ON_ERROR_MILLIS = 1000;

    /** A peer takes one packet in a second, and the network keeps no distances. */
    private static final long LEAST_INTERVAL_MILLIS = 1100;

    /** The reference shows changes at once, however little time there is between them. */
    private static final int ACCEPTED_AT_ONCE = 3;

    private static final int SENDERS = 4096;
    private static final int MAX_PACKET_LENGTH = 9500;

    private enum Result {
        ACCEPTED,
        REJECTED,
        /** A signer's identity is not known yet. */
        DEFERRED
    }

    private final Networks networks;
    private final TokenBuckets accepted;

    /** @param random salts what strangers could aim at */
    CredentialExchange(Networks networks, RandomGenerator random) {
        this.networks = networks;
        this.accepted = new TokenBuckets(SENDERS, ACCEPTED_AT_ONCE, 1, random.nextLong());
    }

    /** Shows our credentials before a frame, if they have changed since that was done, or a long time has passed. */
    void pushIfNeeded(Member member, long nowMillis) {
        boolean changed = member.pushedEpoch != member.network.configEpoch();
        if (nowMillis - member.lastPushMillis > (changed ? LEAST_INTERVAL_MILLIS : PUSH_INTERVAL_MILLIS)) {
            push(member, nowMillis);
        }
    }

    /** The member says that it lacks our certificate. */
    void onNeeded(Member member, long nowMillis) {
        if (nowMillis - member.lastPushMillis > PUSH_ON_ERROR_MILLIS) {
            push(member, nowMillis);
        }
    }

    private void push(Member member, long nowMillis) {
        NetworkConfig config = member.network.configOrNull();
        if (config == null) {
            return;
        }
        member.pushedEpoch = member.network.configEpoch();
        member.lastPushMillis = nowMillis;
        List<CertificateOfMembership> memberships =
                config.membership().map(List::of).orElse(List.of());
        List<Capability> capabilities = new ArrayList<>();
        List<Tag> tags = new ArrayList<>();
        List<CertificateOfOwnership> ownership = new ArrayList<>();
        int length = memberships.isEmpty() ? 0 : memberships.get(0).encodedLength();
        List<Credential> rest = new ArrayList<>(config.capabilities());
        rest.addAll(config.tags());
        rest.addAll(config.ownership());
        for (Credential credential : rest) {
            if (length + credential.encodedLength() > MAX_PACKET_LENGTH) {
                send(member, new CredentialPacket(memberships, capabilities, tags, List.of(), ownership), nowMillis);
                memberships = List.of();
                capabilities.clear();
                tags.clear();
                ownership.clear();
                length = 0;
            }
            length += credential.encodedLength();
            if (credential instanceof Capability capability) {
                capabilities.add(capability);
            } else if (credential instanceof Tag tag) {
                tags.add(tag);
            } else if (credential instanceof CertificateOfOwnership owned) {
                ownership.add(owned);
            }
        }
        if (length > 0) {
            send(member, new CredentialPacket(memberships, capabilities, tags, List.of(), ownership), nowMillis);
        }
    }

    private void send(Member member, CredentialPacket packet, long nowMillis) {
        packet.write(networks.vl1.begin(member.address, Verb.NETWORK_CREDENTIALS));
        networks.vl1.send(true, nowMillis);
    }

    Outcome onCredentials(InboundPacket packet, ByteReader reader, long nowMillis) {
        if (!packet.isRetry() && !accepted.admit(packet.sender().address(), nowMillis)) {
            return networks.drop(NetworkDropReason.RATE_LIMITED);
        }
        Optional<CredentialPacket> read = CredentialPacket.read(reader);
        if (read.isEmpty()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        CredentialPacket credentials = read.get();
        List<Credential> all = new ArrayList<>(credentials.memberships());
        all.addAll(credentials.capabilities());
        all.addAll(credentials.tags());
        all.addAll(credentials.revocations());
        all.addAll(credentials.ownership());
        boolean accepted = false;
        boolean deferred = false;
        for (Credential credential : all) {
            Result result = take(credential, packet, nowMillis);
            accepted |= result == Result.ACCEPTED;
            deferred |= result == Result.DEFERRED;
        }
        if (deferred) {
            return Outcome.NOT_YET;
        }
        return accepted ? Outcome.TRUSTED : Outcome.RECEIVED;
    }

    /** Verifies a credential that came in a packet, and keeps it if it is news. */
    Result take(Credential credential, InboundPacket packet, long nowMillis) {
        VirtualNetwork network = networks.joined(credential.networkId());
        if (network == null) {
            return reject(NetworkDropReason.NOT_JOINED);
        }
        if (credential.signedBy() != network.controller()) {
            return reject(network, credential, NetworkDropReason.BAD_SIGNATURE, nowMillis);
        }
        if (!(credential instanceof Revocation) && !isOfUse(network, credential)) {
            return reject(network, credential, NetworkDropReason.STALE, nowMillis);
        }
        Member member = network.members.get(credential.issuedTo());
        if (member != null && credential instanceof Revocation revocation && !member.wouldRevoke(revocation)) {
            return reject(NetworkDropReason.STALE);
        }
        if (member != null && !(credential instanceof Revocation)) {
            Stored would = member.wouldStore(credential);
            if (would != Stored.NEW) {
                return would == Stored.REDUNDANT
                        ? Result.ACCEPTED
                        : reject(network, credential, NetworkDropReason.STALE, nowMillis);
            }
        }
        List<Long> signers =
                credential instanceof Capability capability ? capability.givers() : List.of(network.controller());
        List<Identity> known = new ArrayList<>();
        for (long signer : signers) {
            Identity identity = networks.identityOf(signer);
            if (identity != null) {
                known.add(identity);
            } else if (signer == network.controller()) {
                networks.vl1.requestIdentity(signer, nowMillis);
            } else {
                networks.vl1.requestIdentity(signer, packet, nowMillis);
            }
        }
        if (known.size() < signers.size()) {
            return Result.DEFERRED;
        }
        SignatureChecks.Verdict verdict = networks.signatures.verify(
                credential,
                known,
                () -> isGenuine(credential, network),
                packet.sender().address(),
                networks.senderIn(network, packet),
                nowMillis);
        if (verdict != SignatureChecks.Verdict.GOOD) {
            return verdict == SignatureChecks.Verdict.BAD
                    ? reject(network, credential, NetworkDropReason.BAD_SIGNATURE, nowMillis)
                    : reject(NetworkDropReason.SIGNATURES_LIMITED);
        }
        if (credential instanceof Revocation revocation) {
            return revoke(network, revocation, packet.sender().address(), nowMillis);
        }
        return switch (network.member(credential.issuedTo(), nowMillis).store(credential)) {
            case NEW, REDUNDANT -> Result.ACCEPTED;
            case STALE -> reject(network, credential, NetworkDropReason.STALE, nowMillis);
            case FULL -> reject(NetworkDropReason.TABLE_FULL);
        };
    }

    /** Whether it can ever count: for another, and not so old that the configuration that we have has left it behind. */
    private boolean isOfUse(VirtualNetwork network, Credential credential) {
        NetworkConfig config = network.configOrNull();
        if (credential.issuedTo() == networks.self()) {
            return false;
        }
        if (config == null) {
            return true;
        }
        if (credential instanceof CertificateOfMembership) {
            CertificateOfMembership own = config.membership().orElse(null);
            return own == null || !isOlder(credential, own.timestampMillis(), own.maxDeltaMillis());
        }
        return !isOlder(credential, config.timestampMillis(), config.credentialTimeMaxDeltaMillis());
    }

    /** Two moments may be further apart than a signed number says. */
    private static boolean isOlder(Credential credential, long thanMillis, long byMoreThanMillis) {
        long age = thanMillis - credential.timestampMillis();
        return credential.timestampMillis() < thanMillis && Long.compareUnsigned(age, byMoreThanMillis) > 0;
    }

    private boolean isGenuine(Credential credential, VirtualNetwork network) {
        if (credential instanceof Capability capability) {
            return capability.verify(networks::identityOf);
        }
        Identity controller = networks.identityOf(network.controller());
        return controller != null && credential.verify(controller);
    }

    /** As {@link #reject(NetworkDropReason)}, and told to whom the network wants to know. */
    private Result reject(VirtualNetwork network, Credential credential, NetworkDropReason reason, long nowMillis) {
        String text = reason == NetworkDropReason.STALE ? "old or revoked" : "invalid";
        networks.traces.credentialRejected(network, credential, text, nowMillis);
        return reject(reason);
    }

    private Result reject(NetworkDropReason reason) {
        networks.count(reason);
        return Result.REJECTED;
    }

    /** Whether the certificate that is revoked is the one we have. */
    private boolean isOurs(VirtualNetwork network, CredentialType type, Revocation revocation) {
        NetworkConfig config = network.configOrNull();
        return type == CredentialType.COM
                && revocation.issuedTo() == networks.self()
                && config != null
                && config.membership()
                        .filter(own -> own.timestampMillis() <= revocation.timestampMillis())
                        .isPresent();
    }

    /** A revocation whose signature is good, or that is our own controller's ({@code sender} is then ourselves). */
    Result revoke(VirtualNetwork network, Revocation revocation, long sender, long nowMillis) {
        CredentialType type = revocation.revokedType();
        if (type == null) {
            return reject(NetworkDropReason.MALFORMED);
        }
        Member target = network.member(revocation.issuedTo(), nowMillis);
        Stored stored = target.revoke(type, revocation.credentialId(), revocation.timestampMillis());
        if (stored == Stored.FULL) {
            return reject(NetworkDropReason.TABLE_FULL);
        }
        if (stored == Stored.NEW && isOurs(network, type, revocation)) {
            networks.configs.onPutOut(network);
        }
        if (stored == Stored.NEW && revocation.isFastPropagate() && sender != networks.self()) {
            CredentialPacket rumour = CredentialPacket.of(revocation);
            for (Member member : network.members.values()) {
                long address = member.address;
                boolean knows = address == sender || address == revocation.signedBy() || address == networks.self();
                if (!knows && member.isMet()) {
                    send(member, rumour, nowMillis);
                }
            }
        }
        return Result.ACCEPTED;
    }
}
