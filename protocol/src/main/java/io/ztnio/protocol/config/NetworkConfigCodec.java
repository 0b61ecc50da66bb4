package io.ztnio.protocol.config;

import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A {@link NetworkConfig} as a dictionary ({@code protocol.md} 6.2). Thread-safe. */
public final class NetworkConfigCodec {
    /** Capacity of a configuration's dictionary, with the NUL that the reference keeps room for. */
    public static final int MAX_LENGTH = 484_520;

    /** Most dictionary bytes in a chunk that we send. */
    public static final int MAX_CHUNK_LENGTH = 9740;

    private static final int VERSION = 7;
    private static final int LEAST_VERSION = 6;

    private NetworkConfigCodec() {}

    /** Reads a configuration; empty if it is malformed, too old a format, nobody's, or impossible. */
    public static Optional<NetworkConfig> read(Dictionary d) {
        return check(d).config();
    }

    /** Reads a configuration, or says why not. */
    public static CheckedConfig check(Dictionary d) {
        long networkId = d.number("nwid", 0);
        long issuedTo = d.address("id");
        if (d.number("v", 0) < LEAST_VERSION) {
            return CheckedConfig.refused("format: not one of version " + LEAST_VERSION + " or later");
        }
        if (networkId == 0 || issuedTo == 0) {
            return CheckedConfig.refused("network or member: none");
        }
        Blobs blobs = new Blobs(d);
        NetworkConfig.Builder builder = NetworkConfig.builder(networkId, issuedTo)
                .timestamp(d.number("ts", 0), d.number("ctmd", 0))
                .revision(d.number("r", 0))
                .flags(d.number("f", 0))
                .multicastLimit(clamped(d.number("ml", 0), NetworkConfig.MAX_MULTICAST_LIMIT))
                .isPublic(d.number("t", 0) == 1)
                .name(name(d))
                .mtu(clamped(d.number("mtu", NetworkConfig.DEFAULT_MTU), NetworkConfig.MAX_MTU))
                .trace(d.address("tt"), d.number("tl", 0))
                .capabilities(blobs.list("CAP", NetworkConfig.MAX_CAPABILITIES, Capability::read))
                .tags(blobs.list("TAG", NetworkConfig.MAX_TAGS, Tag::read))
                .ownership(blobs.list("COO", NetworkConfig.MAX_OWNERSHIP, CertificateOfOwnership::read))
                .specialists(blobs.list("S", NetworkConfig.MAX_SPECIALISTS, NetworkConfigCodec::readSpecialist))
                .routes(blobs.list("RT", NetworkConfig.MAX_ROUTES, Route::read))
                .addresses(blobs.list("I", NetworkConfig.MAX_ADDRESSES, InetPrefix::read))
                .rules(blobs.list("R", NetworkConfig.MAX_RULES, Rule::read))
                .singleSignOn(SingleSignOn.fromConfig(d));
        blobs.one("C", CertificateOfMembership::read).ifPresent(builder::membership);
        blobs.one("DNS", Dns::read).ifPresent(builder::dns);
        return blobs.malformed.isEmpty()
                ? CheckedConfig.of(builder.build()).with(blobs.cut)
                : CheckedConfig.refused("field " + blobs.malformed + ": malformed");
    }

    private static int clamped(long value, int most) {
        return (int) Math.max(0, Math.min(most, value));
    }

    public static Optional<NetworkConfig> read(byte[] bytes) {
        return read(Dictionary.parse(bytes));
    }

    /** Writes all keys, in the reference's order. */
    public static Dictionary write(NetworkConfig config) {
        return write(config, new Dictionary());
    }

    /** As {@link #write(NetworkConfig)}, behind what is in {@code d} already; returns {@code d}. */
    public static Dictionary write(NetworkConfig config, Dictionary d) {
        d.put("v", VERSION)
                .put("nwid", config.networkId())
                .put("ts", config.timestampMillis())
                .put("ctmd", config.credentialTimeMaxDeltaMillis())
                .put("r", config.revision())
                .putAddress("id", config.issuedTo())
                .putAddress("tt", config.traceTarget())
                .put("tl", config.traceLevel())
                .put("f", config.flags())
                .put("ml", config.multicastLimit())
                .put("t", config.isPublic() ? 1L : 0L)
                .put("n", config.name())
                .put("mtu", config.mtuBytes());
        config.membership().ifPresent(com -> d.put("C", com.encode()));
        putCredentials(d, "CAP", config.capabilities());
        putCredentials(d, "TAG", config.tags());
        putCredentials(d, "COO", config.ownership());
        putBlob(d, "S", config.specialists(), 8, (specialist, w) -> w.putLong(specialist.encoded()));
        putBlob(d, "RT", config.routes(), Route.MAX_LENGTH, Route::write);
        putBlob(d, "I", config.addresses(), InetPrefix.MAX_LENGTH, InetPrefix::write);
        if (!config.rules().isEmpty()) {
            d.put("R", Rule.encode(config.rules()));
        }
        d.put("DNS", config.dns().encode());
        config.singleSignOn().writeConfig(d);
        return d;
    }

    /**
     * Cuts a dictionary into chunks signed by its controller ({@code protocol.md} 4.12).
     *
     * @throws IllegalArgumentException if it is too long to be received
     */
    public static List<NetworkConfigChunk> sign(
            Identity controller, long networkId, byte[] dictionary, RandomGenerator random) {
        if (dictionary.length >= MAX_LENGTH) {
            throw new IllegalArgumentException("a configuration of " + dictionary.length + " bytes");
        }
        long updateId = 0;
        while (updateId == 0) {
            updateId = random.nextLong();
        }
        List<NetworkConfigChunk> chunks = new ArrayList<>();
        for (int position = 0; position < dictionary.length; position += MAX_CHUNK_LENGTH) {
            int end = Math.min(dictionary.length, position + MAX_CHUNK_LENGTH);
            Bytes data = Bytes.of(Arrays.copyOfRange(dictionary, position, end));
            chunks.add(NetworkConfigChunk.sign(controller, networkId, data, 0, updateId, dictionary.length, position));
        }
        return chunks;
    }

    private static String name(Dictionary d) {
        byte[] name = d.bytes("n").orElse(new byte[0]);
        return ForeignText.of(name, 0, Math.min(name.length, NetworkConfig.MAX_NAME_LENGTH));
    }

    private static Optional<Specialist> readSpecialist(ByteReader reader) {
        return Optional.of(new Specialist(reader.getLong()));
    }

    private static void putCredentials(Dictionary d, String key, List<? extends Credential> credentials) {
        int length = credentials.stream().mapToInt(Credential::encodedLength).sum();
        if (length > 0) {
            ByteWriter writer = new ByteWriter(length);
            credentials.forEach(credential -> credential.write(writer));
            d.put(key, writer.toByteArray());
        }
    }

    private static <T> void putBlob(
            Dictionary d, String key, List<T> items, int mostLength, BiConsumer<T, ByteWriter> write) {
        if (!items.isEmpty()) {
            ByteWriter writer = new ByteWriter(items.size() * mostLength);
            items.forEach(item -> write.accept(item, writer));
            d.put(key, writer.toByteArray());
        }
    }

    /** Reads blobs of objects, and remembers which one was malformed. */
    private static final class Blobs {
        String malformed = "";
        /** What was too long. */
        final List<String> cut = new ArrayList<>();

        private final Dictionary dictionary;

        Blobs(Dictionary dictionary) {
            this.dictionary = dictionary;
        }

        /** Objects to the blob's end; null ones and those beyond {@code most} are read but not kept. */
        <T> List<T> list(String key, int most, Function<ByteReader, Optional<T>> read) {
            ByteReader reader = new ByteReader(dictionary.bytes(key).orElse(new byte[0]));
            List<T> result = new ArrayList<>();
            int count = 0;
            while (reader.ok() && reader.remaining() > 0) {
                Optional<T> item = read.apply(reader);
                if (reader.ok() && item.isPresent() && count++ < most) {
                    result.add(item.get());
                }
            }
            if (count > most) {
                cut.add("field " + key + " has " + count + " entries, of which the first " + most + " count");
            }
            malformed = reader.ok() ? malformed : key;
            return result;
        }

        <T> Optional<T> one(String key, Function<ByteReader, Optional<T>> read) {
            Optional<byte[]> blob = dictionary.bytes(key);
            if (blob.isEmpty() || blob.get().length == 0) {
                return Optional.empty();
            }
            Optional<T> result = read.apply(new ByteReader(blob.get()));
            malformed = result.isPresent() ? malformed : key;
            return result;
        }
    }
}
