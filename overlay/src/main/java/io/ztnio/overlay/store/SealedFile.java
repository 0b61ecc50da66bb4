package io.ztnio.overlay.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.zip.CRC32C;

/**
 * The frame of the binary files: four letters, a version, the content, and a checksum of all that.
 *
 * <pre>
 *  0 magic (4)   4 version (2)   6 content   n-4 CRC-32C (4)
 * </pre>
 *
 * Stateless.
 */
final class SealedFile {
    private static final int HEADER = 6;
    private static final int CHECKSUM = 4;
    private static final int MAX_LENGTH = 1 << 20;

    private SealedFile() {}

    /** Writes content. */
    interface Writer {
        void write(DataOutput out) throws IOException;
    }

    /** Reads content; what it throws makes the file a damaged one. */
    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    static byte[] write(int magic, int version, Writer content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeInt(magic);
            out.writeShort(version);
            content.write(out);
            out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static <T> T read(String key, byte[] file, int magic, int version, Reader<T> content) throws DamagedStateException {
        if (file.length < HEADER + CHECKSUM || file.length > MAX_LENGTH) {
            throw new DamagedStateException(key, file.length + " bytes");
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(file);
        DataInputStream in = new DataInputStream(bytes);
        try {
            if (in.readInt() != magic) {
                throw new DamagedStateException(key, "not a file of this kind");
            }
            int found = in.readUnsignedShort();
            if (found != version) {
                throw new DamagedStateException(key, "version " + found + "; this program reads " + version);
            }
            int end = file.length - CHECKSUM;
            int stated = new DataInputStream(new ByteArrayInputStream(file, end, CHECKSUM)).readInt();
            if (stated != checksum(file, end)) {
                throw new DamagedStateException(key, "its checksum is wrong");
            }
            T value = content.read(in);
            if (bytes.available() != CHECKSUM) {
                throw new DamagedStateException(key, "its length is wrong");
            }
            return value;
        } catch (DamagedStateException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedStateException(key, "its content is not well-formed", e);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static void writeAddress(DataOutput out, InetAddress address) throws IOException {
        byte[] bytes = address.getAddress();
        out.writeByte(bytes.length);
        out.write(bytes);
    }

    static InetAddress readAddress(DataInput in) throws IOException {
        int length = in.readUnsignedByte();
        if (length != 4 && length != 16) {
            throw new IOException("an address of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return InetAddress.getByAddress(bytes);
    }
}
