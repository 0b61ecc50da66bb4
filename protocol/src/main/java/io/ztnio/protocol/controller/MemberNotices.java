package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.network.LocalMember;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.Verb;
import java.util.List;

/**
 * Tells members what changes: their configuration, and who was put out ({@code protocol.md} 9.4, 9.5). Thread: confined to the
 * node. Times are epoch milliseconds.
 */
final class MemberNotices {
    private static final long ONLINE_MILLIS = 120_000;

    /** Whoever asked this long ago has a certificate that somebody may still take. */
    private static final long REMEMBERED_MILLIS = ConfigIssuer.MAX_WINDOW_MILLIS;

    /** Members take one packet of credentials a second; packets overtake each other. */
    private static final long CREDENTIALS_INTERVAL_MILLIS = 1200;

    private static final int REVOCATIONS_PER_PACKET = 50;
    private static final long NEVER = Long.MIN_VALUE / 4;

    private final Vl1 vl1;
    private final Identity identity;
    private final LocalMember local;
    private final ConfigIssuer issuer;
    private final MemberRecords records;
    private final SignInOffers offers;
    private final PushQueue queue = new PushQueue();

    MemberNotices(Vl1 vl1, LocalMember local, MemberRecords records, SignInOffers offers) {
        this.vl1 = vl1;
        this.identity = vl1.identity();
        this.local = local;
        this.issuer = new ConfigIssuer(identity);
        this.records = records;
        this.offers = offers;
    }

    /**
     * Signs and sends a configuration.
     *
     * @param request what it answers; {@code null} for a push
     */
    void send(ControlledNetwork network, Entry entry, InboundPacket request, long nowMillis) {
        MemberDefinition member = entry.definition;
        NetworkConfig config = issuer.issue(
                network.definition,
                member,
                member.identity().orElseThrow(),
                MemberRecords.usable(network.definition, member),
                network.activeBridges(),
                offers.offer(network.definition, entry, nowMillis),
                entry.metadata,
                nowMillis);
        entry.lastConfigMillis = nowMillis;
        entry.isOwedConfig = false;
        if (member.address() == identity.address()) {
            local.onLocalConfig(config, nowMillis);
            return;
        }
        byte[] dictionary = NetworkConfigCodec.write(config).toByteArray();
        for (NetworkConfigChunk chunk :
                NetworkConfigCodec.sign(identity, config.networkId(), dictionary, vl1.random())) {
            chunk.write(
                    request == null
                            ? vl1.begin(member.address(), Verb.NETWORK_CONFIG)
                            : vl1.beginOk(member.address(), Verb.NETWORK_CONFIG_REQUEST, request.packetId()));
            vl1.send(true, nowMillis);
        }
    }

    /** A network has changed: those who are online come first. */
    void changed(ControlledNetwork network, long nowMillis) {
        List<Entry> entries = network.entries();
        entries.stream().filter(entry -> isOnline(entry, nowMillis)).forEach(entry -> owe(network, entry, nowMillis));
        entries.stream()
                .filter(entry -> isRemembered(entry, nowMillis))
                .forEach(entry -> owe(network, entry, nowMillis));
        poll(nowMillis);
    }

    /** A member has changed. */
    void changed(ControlledNetwork network, Entry entry, long nowMillis) {
        if (isRemembered(entry, nowMillis)) {
            owe(network, entry, nowMillis);
            poll(nowMillis);
        }
    }

    private void owe(ControlledNetwork network, Entry entry, long nowMillis) {
        entry.isOwedConfig = true;
        queue.add(network, entry, nowMillis);
    }

    /**
     * Does what is due.
     *
     * @return when to be called next
     */
    long poll(long nowMillis) {
        return queue.serve(nowMillis, this::deliver);
    }

    private void deliver(ControlledNetwork network, Entry entry, long nowMillis) {
        MemberDefinition member = entry.definition;
        if (entry.isOwedConfig && member.authorized() && knowsWhatItTakes(entry)) {
            if (mustSignIn(network.definition, member, nowMillis)) {
                expelSignedOut(network, entry, nowMillis);
            } else {
                JsonObject record = entry.record.copy();
                // What it said when it was refused counts from now on.
                MemberJson.setVersion(record, entry.metadata);
                if (entry.metadata.rulesEngineRevision() != 0) {
                    MemberJson.addDefaultTags(record, network.definition);
                }
                records.putAndAssign(network, entry, record, nowMillis);
                send(network, entry, null, nowMillis);
            }
        }
        tell(network, entry, nowMillis);
    }

    /** Whether it is known what the member understands: from its request, or since before this node's start from its record. */
    private static boolean knowsWhatItTakes(Entry entry) {
        if (entry.metadata == null && entry.definition.identity().isPresent()) {
            entry.metadata = MemberJson.lastMetadata(entry.record);
        }
        return entry.metadata != null && entry.definition.identity().isPresent();
    }

    /** Tells everybody who may still take it that a member's certificate is void. */
    void expel(ControlledNetwork network, Entry expelled, long nowMillis) {
        revoke(network, expelled, nowMillis);
        tellAll(network, nowMillis);
    }

    /** Makes a member's certificate void, which {@link #tellAll} spreads. */
    void revoke(ControlledNetwork network, Entry expelled, long nowMillis) {
        expelled.lastConfigMillis = NEVER;
        Revocation revocation = Revocation.sign(
                identity,
                new Revocation.Fields(
                        vl1.random().nextInt(),
                        network.definition.networkId(),
                        0,
                        nowMillis,
                        Revocation.FLAG_FAST_PROPAGATE,
                        expelled.definition.address(),
                        CredentialType.COM.code()));
        network.expelled(revocation, nowMillis);
        local.onLocalRevocation(revocation, nowMillis);
    }

    void tellAll(ControlledNetwork network, long nowMillis) {
        for (Entry entry : network.entries()) {
            if (isOnline(entry, nowMillis)) {
                tell(network, entry, nowMillis);
            } else if (nowMillis - entry.lastRequestMillis < REMEMBERED_MILLIS) {
                queue.add(network, entry, nowMillis);
            }
        }
    }

    /** A member whose time is up is put out until it signs in. */
    private void expelSignedOut(ControlledNetwork network, Entry entry, long nowMillis) {
        if (entry.lastConfigMillis > NEVER) {
            expel(network, entry, nowMillis);
        }
    }

    /** Puts out who has not signed in again in time. */
    void expelSignedOut(ControlledNetwork network, long nowMillis) {
        for (Entry entry : network.entries()) {
            if (entry.definition.authorized() && mustSignIn(network.definition, entry.definition, nowMillis)) {
                expelSignedOut(network, entry, nowMillis);
            }
        }
    }

    static boolean mustSignIn(NetworkDefinition network, MemberDefinition member, long nowMillis) {
        return network.needsSignIn()
                && !member.signIn().isExempt()
                && member.signIn().untilMillis() <= nowMillis;
    }

    /** Tells a member who was put out since it was told last. */
    void tell(ControlledNetwork network, Entry entry, long nowMillis) {
        long address = entry.definition.address();
        long next = entry.lastCredentialsMillis + CREDENTIALS_INTERVAL_MILLIS;
        if (nowMillis < next) {
            queue.add(network, entry, next);
            return;
        }
        List<Revocation> untold = network.untold(entry, nowMillis);
        for (int i = 0; i < untold.size() && address != identity.address(); i += REVOCATIONS_PER_PACKET) {
            List<Revocation> some = untold.subList(i, Math.min(untold.size(), i + REVOCATIONS_PER_PACKET));
            new CredentialPacket(List.of(), List.of(), List.of(), some, List.of())
                    .write(vl1.begin(address, Verb.NETWORK_CREDENTIALS));
            vl1.send(true, nowMillis);
        }
    }

    private static boolean isOnline(Entry entry, long nowMillis) {
        return nowMillis - entry.lastRequestMillis < ONLINE_MILLIS;
    }

    /** Whether the member may well be there: it asked not too long ago, or this node cannot know since it has just started. */
    private static boolean isRemembered(Entry entry, long nowMillis) {
        return entry.lastRequestMillis == NEVER
                ? entry.definition.authorized() && MemberJson.lastMetadata(entry.record) != null
                : nowMillis - entry.lastRequestMillis < REMEMBERED_MILLIS;
    }
}
