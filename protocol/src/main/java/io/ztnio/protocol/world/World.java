package io.ztnio.protocol.world;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A planet or a moon: roots, and the key that must sign the next version ({@code protocol.md} 5.2). Immutable.
 *
 * <pre>
 *  0  type, 1           9  timestamp, 8          81  signature, 96      178  roots: identity, n, n addresses
 *  1  world ID, 8      17  update key, 64       177  number of roots         moons only: length, 2, and a dictionary
 * </pre>
 *
 * @param timestamp epoch milliseconds
 * @param updateKey 64 bytes, X25519 and Ed25519
 * @param signature 96 bytes, by the update key of the version before
 * @param attachment a moon's dictionary, empty in practice
 */
public record World(
        Type type, long id, long timestamp, Bytes updateKey, Bytes signature, List<WorldRoot> roots, Bytes attachment) {
    /** The kind of a world. */
    public enum Type {
        NULL(0),
        PLANET(1),
        MOON(127);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** The type with this code, or {@code null}. */
        public static Type of(int code) {
            return switch (code) {
                case 0 -> NULL;
                case 1 -> PLANET;
                case 127 -> MOON;
                default -> null;
            };
        }
    }

    public static final int MAX_ROOTS = 4;
    /** The longest serialized world. */
    public static final int MAX_LENGTH = 8480;

    private static final int KEY_LENGTH = 64;
    private static final long SIGNING_PREFIX = 0x7f7f7f7f7f7f7f7fL;
    private static final long SIGNING_SUFFIX = 0xf7f7f7f7f7f7f7f7L;
    private static final int MAX_ATTACHMENT = 0xffff;

    public World {
        roots = List.copyOf(roots);
        if (roots.size() > MAX_ROOTS) {
            throw new IllegalArgumentException("a world has at most 4 roots, not " + roots.size());
        }
        if (updateKey.length() != KEY_LENGTH || signature.length() != Identity.SIGNATURE_LENGTH) {
            throw new IllegalArgumentException("an update key has 64 bytes, a signature 96");
        }
    }

    /** The planet that every node knows, "Earth". */
    public static World earth() {
        try (InputStream resource = World.class.getResourceAsStream("earth.planet")) {
            return read(new ByteReader(resource.readAllBytes())).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in planet cannot be read", e);
        }
    }

    /** A new world, signed by the key that will sign its updates. */
    public static World create(Type type, long id, long timestamp, Identity updateKey, List<WorldRoot> roots) {
        return create(type, id, timestamp, Bytes.of(updateKey.publicKey()), updateKey, roots);
    }

    /**
     * A new version of a world.
     *
     * @param updateKey the 64 bytes of the key for the version after this
     * @param signer the holder of the key for this version
     */
    public static World create(
            Type type, long id, long timestamp, Bytes updateKey, Identity signer, List<WorldRoot> roots) {
        Bytes noSignature = Bytes.of(new byte[Identity.SIGNATURE_LENGTH]);
        World unsigned = new World(type, id, timestamp, updateKey, noSignature, roots, Bytes.EMPTY);
        Bytes signature = Bytes.of(signer.sign(unsigned.signedMessage()));
        return new World(type, id, timestamp, updateKey, signature, roots, Bytes.EMPTY);
    }

    /** Reads one world, and leaves the reader behind it. Does not verify. */
    public static Optional<World> read(ByteReader reader) {
        Type type = Type.of(reader.getByte());
        long id = reader.getLong();
        long timestamp = reader.getLong();
        Bytes updateKey = Bytes.read(reader, KEY_LENGTH);
        Bytes signature = Bytes.read(reader, Identity.SIGNATURE_LENGTH);
        int count = reader.getByte();
        if (!reader.ok() || type == null || count > MAX_ROOTS) {
            reader.fail();
            return Optional.empty();
        }
        List<WorldRoot> roots = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            WorldRoot.read(reader).ifPresent(roots::add);
        }
        Bytes attachment = type == Type.MOON ? Bytes.read(reader, reader.getShort()) : Bytes.EMPTY;
        return reader.ok()
                ? Optional.of(new World(type, id, timestamp, updateKey, signature, roots, attachment))
                : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writeStart(writer);
        signature.write(writer);
        writeEnd(writer);
    }

    public byte[] toByteArray() {
        ByteWriter writer = new ByteWriter(MAX_LENGTH + MAX_ATTACHMENT);
        write(writer);
        return writer.toByteArray();
    }

    /** What {@link #signature} signs. */
    public byte[] signedMessage() {
        ByteWriter writer = new ByteWriter(MAX_LENGTH + MAX_ATTACHMENT);
        writer.putLong(SIGNING_PREFIX);
        writeStart(writer);
        writeEnd(writer);
        return writer.putLong(SIGNING_SUFFIX).toByteArray();
    }

    /** Whether the signature is by this key of 64 bytes. */
    public boolean isSignedBy(Bytes key) {
        return Identity.verify(key.toByteArray(), signedMessage(), signature.toByteArray());
    }

    /**
     * The update rule: a newer version of the same world, signed by this version's update key. Anything may replace a null
     * world: whoever starts without one decides before whether to trust an offer.
     */
    public boolean shouldBeReplacedBy(World update) {
        if (id == 0 || type == Type.NULL) {
            return true;
        }
        return id == update.id
                && type == update.type
                // Timestamps are unsigned on the wire.
                && Long.compareUnsigned(timestamp, update.timestamp) < 0
                && update.isSignedBy(updateKey);
    }

    private void writeStart(ByteWriter writer) {
        writer.putByte(type.code()).putLong(id).putLong(timestamp);
        updateKey.write(writer);
    }

    private void writeEnd(ByteWriter writer) {
        writer.putByte(roots.size());
        for (WorldRoot root : roots) {
            root.write(writer);
        }
        if (type == Type.MOON) {
            writer.putShort(attachment.length());
            attachment.write(writer);
        }
    }
}
