package io.ztnio.protocol.network;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A signed slice of a configuration's dictionary ({@code protocol.md} 4.12). The same bytes stand in OK and in
 * NETWORK_CONFIG. Immutable.
 */
public final class ConfigChunk {
    /** Most dictionary bytes in a chunk that we send. */
    public static final int MAX_CHUNK_LENGTH = 9740;

    private static final int FLAG_FAST_PROPAGATE = 0x01;
    private static final int SIGNATURE_TYPE = 1;
    private static final int BEFORE_DATA = 10;
    private static final int AFTER_DATA = 17;
    private static final int SIGNATURE_BLOCK = 3 + Identity.SIGNATURE_LENGTH;

    private final byte[] body;
    private final byte[] signature;
    private final int dataLength;

    private ConfigChunk(byte[] body, byte[] signature) {
        this.body = body;
        this.signature = signature;
        this.dataLength = body.length - BEFORE_DATA - AFTER_DATA;
    }

    /** Why a chunk could not be read. */
    enum Form {
        SIGNED,
        UNSIGNED,
        MALFORMED
    }

    /** Whether the reader stands at a signed chunk, at the legacy form without signature, or at neither. */
    static Form formOf(ByteReader reader) {
        ByteReader copy = new ByteReader(reader.array(), reader.position(), reader.remaining());
        copy.skip(8);
        copy.skip(copy.getShort());
        if (copy.ok() && copy.remaining() == 0) {
            return Form.UNSIGNED;
        }
        copy.skip(AFTER_DATA);
        boolean signed = copy.getByte() == SIGNATURE_TYPE && copy.getShort() == Identity.SIGNATURE_LENGTH;
        copy.skip(Identity.SIGNATURE_LENGTH);
        return copy.ok() && signed ? Form.SIGNED : Form.MALFORMED;
    }

    public static Optional<ConfigChunk> read(ByteReader reader) {
        if (formOf(reader) != Form.SIGNED) {
            reader.fail();
            return Optional.empty();
        }
        ByteReader peek = new ByteReader(reader.array(), reader.position() + 8, 2);
        byte[] body = reader.getBytes(BEFORE_DATA + peek.getShort() + AFTER_DATA);
        reader.skip(3);
        ConfigChunk chunk = new ConfigChunk(body, reader.getBytes(Identity.SIGNATURE_LENGTH));
        long end = (long) chunk.offset() + chunk.dataLength;
        if (chunk.offset() < 0 || end > chunk.totalLength() || chunk.totalLength() >= NetworkConfigCodec.MAX_LENGTH) {
            reader.fail();
        }
        return reader.ok() ? Optional.of(chunk) : Optional.empty();
    }

    /**
     * Cuts a dictionary into signed chunks.
     *
     * @throws IllegalArgumentException if it is too long to be received
     */
    public static List<ConfigChunk> sign(
            Identity controller, long networkId, byte[] dictionary, boolean fastPropagate, RandomGenerator random) {
        if (dictionary.length >= NetworkConfigCodec.MAX_LENGTH) {
            throw new IllegalArgumentException("a configuration of " + dictionary.length + " bytes");
        }
        long updateId = 0;
        while (updateId == 0) {
            updateId = random.nextLong();
        }
        List<ConfigChunk> chunks = new ArrayList<>();
        for (int offset = 0; offset < dictionary.length; offset += MAX_CHUNK_LENGTH) {
            int length = Math.min(MAX_CHUNK_LENGTH, dictionary.length - offset);
            ByteWriter writer = new ByteWriter(BEFORE_DATA + length + AFTER_DATA);
            writer.putLong(networkId).putShort(length).putBytes(dictionary, offset, length);
            writer.putByte(fastPropagate ? FLAG_FAST_PROPAGATE : 0).putLong(updateId);
            writer.putInt(dictionary.length).putInt(offset);
            chunks.add(new ConfigChunk(writer.array(), controller.sign(writer.array())));
        }
        return chunks;
    }

    public boolean verify(Identity controller) {
        return controller.verify(body, signature);
    }

    public void write(ByteWriter writer) {
        writer.putBytes(body)
                .putByte(SIGNATURE_TYPE)
                .putShort(Identity.SIGNATURE_LENGTH)
                .putBytes(signature);
    }

    public int encodedLength() {
        return body.length + SIGNATURE_BLOCK;
    }

    public long networkId() {
        return new ByteReader(body).getLong();
    }

    public boolean isFastPropagate() {
        return (body[BEFORE_DATA + dataLength] & FLAG_FAST_PROPAGATE) != 0;
    }

    /** The same for all chunks of a configuration. */
    public long updateId() {
        return new ByteReader(body, BEFORE_DATA + dataLength + 1, 8).getLong();
    }

    /** Length of the whole dictionary. */
    public int totalLength() {
        return new ByteReader(body, BEFORE_DATA + dataLength + 9, 4).getInt();
    }

    /** Where in the dictionary this chunk starts. */
    public int offset() {
        return new ByteReader(body, BEFORE_DATA + dataLength + 13, 4).getInt();
    }

    public int dataLength() {
        return dataLength;
    }

    /** Copies the slice to its place. */
    void copyTo(byte[] dictionary) {
        System.arraycopy(body, BEFORE_DATA, dictionary, offset(), dataLength);
    }

    /** Whether the other has the same signature, and so the same content. */
    boolean isSameAs(ConfigChunk other) {
        return Arrays.equals(signature, other.signature);
    }
}
