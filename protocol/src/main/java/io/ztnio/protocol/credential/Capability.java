package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Rules that a member may send by, beyond the network's own ({@code protocol.md} 6.7). It can be handed on: each custody
 * entry names a giver, who signs, and a taker.
 *
 * <p>The protocol's signatures do not cover the taker: who has seen a capability can claim it. Rules that must not be
 * borrowed belong in tags or ownership.
 */
public final class Capability implements Credential {
    public static final int MAX_RULES = 64;
    public static final int MAX_CUSTODY_CHAIN = 7;

    private final long networkId;
    private final long timestampMillis;
    private final int id;
    private final List<Rule> rules;
    private final int maxCustodyChain;
    private final List<Custody> custody;

    private Capability(
            long networkId,
            long timestampMillis,
            int id,
            List<Rule> rules,
            int maxCustodyChain,
            List<Custody> custody) {
        this.networkId = networkId;
        this.timestampMillis = timestampMillis;
        this.id = id;
        this.rules = rules;
        this.maxCustodyChain = maxCustodyChain;
        this.custody = custody;
    }

    /** One hand-over. */
    private static final class Custody {
        final long to;
        final long from;
        final byte[] signature;

        Custody(long to, long from, byte[] signature) {
            this.to = to;
            this.from = from;
            this.signature = signature;
        }
    }

    /**
     * Issues a capability that cannot be handed on.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_RULES}
     */
    public static Capability sign(
            Identity signer, long networkId, long timestampMillis, int id, List<Rule> rules, long issuedTo) {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(rules.size() + " rules in a capability; at most " + MAX_RULES);
        }
        List<Rule> copy = List.copyOf(rules);
        Capability unsigned = new Capability(networkId, timestampMillis, id, copy, 1, List.of());
        Custody first = new Custody(issuedTo, signer.address(), signer.sign(unsigned.signingForm()));
        return new Capability(networkId, timestampMillis, id, copy, 1, List.of(first));
    }

    public static Optional<Capability> read(ByteReader reader) {
        long networkId = reader.getLong();
        long timestamp = reader.getLong();
        int id = reader.getInt();
        int ruleCount = reader.getShort();
        if (ruleCount > MAX_RULES) {
            reader.fail();
            return Optional.empty();
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < ruleCount; i++) {
            Optional<Rule> rule = Rule.read(reader);
            if (rule.isEmpty()) {
                return Optional.empty();
            }
            rules.add(rule.get());
        }
        int maxCustodyChain = reader.getByte();
        List<Custody> custody = readCustody(reader, maxCustodyChain);
        Signatures.skipAdditional(reader);
        return reader.ok()
                ? Optional.of(new Capability(
                        networkId, timestamp, id, List.copyOf(rules), maxCustodyChain, List.copyOf(custody)))
                : Optional.empty();
    }

    private static List<Custody> readCustody(ByteReader reader, int maxCustodyChain) {
        List<Custody> custody = new ArrayList<>();
        if (maxCustodyChain < 1 || maxCustodyChain > MAX_CUSTODY_CHAIN) {
            reader.fail();
        }
        long to = reader.getAddress();
        while (reader.ok() && to != 0) {
            if (custody.size() == maxCustodyChain) {
                reader.fail();
                break;
            }
            custody.add(new Custody(to, reader.getAddress(), Signatures.read(reader)));
            to = reader.getAddress();
        }
        return custody;
    }

    @Override
    public void write(ByteWriter writer) {
        writeFields(writer);
        for (Custody entry : custody) {
            writer.putAddress(entry.to).putAddress(entry.from);
            Signatures.write(writer, entry.signature);
        }
        writer.putAddress(0).putShort(0);
    }

    @Override
    public int encodedLength() {
        return fieldsLength() + custody.size() * (10 + Signatures.BLOCK_LENGTH) + 7;
    }

    /** The bytes that every hand-over signs. */
    public byte[] signingForm() {
        ByteWriter writer = new ByteWriter(fieldsLength());
        writeFields(writer);
        return Signatures.form(writer.toByteArray());
    }

    private int fieldsLength() {
        return 23 + Rule.encodedLength(rules);
    }

    private void writeFields(ByteWriter writer) {
        writer.putLong(networkId).putLong(timestampMillis).putInt(id).putShort(rules.size());
        rules.forEach(rule -> rule.write(writer));
        writer.putByte(maxCustodyChain);
    }

    /** Only of a chain of one. */
    @Override
    public boolean verify(Identity signer) {
        return custody.size() == 1 && verify(address -> address == signer.address() ? signer : null);
    }

    /**
     * Whether the chain starts at the controller, each giver had it, and everybody has signed.
     *
     * @param identities gives the identity of an address; {@code null} for one that is unknown, see {@link #givers()}
     */
    public boolean verify(LongFunction<Identity> identities) {
        long holder = networkId >>> 24;
        byte[] form = signingForm();
        for (Custody entry : custody) {
            Identity giver = entry.from == holder ? identities.apply(entry.from) : null;
            if (giver == null || giver.address() != entry.from || !giver.verify(form, entry.signature)) {
                return false;
            }
            holder = entry.to;
        }
        return !custody.isEmpty();
    }

    /** Addresses of those who have signed, first the controller. */
    public List<Long> givers() {
        return custody.stream().map(entry -> entry.from).toList();
    }

    public List<Rule> rules() {
        return rules;
    }

    @Override
    public CredentialType type() {
        return CredentialType.CAPABILITY;
    }

    @Override
    public long networkId() {
        return networkId;
    }

    @Override
    public long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public long issuedTo() {
        return custody.isEmpty() ? 0 : custody.get(custody.size() - 1).to;
    }

    @Override
    public long signedBy() {
        return custody.isEmpty() ? 0 : custody.get(0).from;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Capability that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }
}
