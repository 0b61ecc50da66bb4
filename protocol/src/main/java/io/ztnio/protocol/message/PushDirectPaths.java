package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PUSH_DIRECT_PATHS: where the sender can be reached ({@code protocol.md} 4.17). */
public record PushDirectPaths(List<Path> paths) {
    /**
     * One endpoint.
     *
     * @param addressType 4, 6, or a type that is to be ignored
     * @param address IP and port, as long as the type wants
     */
    public record Path(int flags, Bytes extension, int addressType, Bytes address) {
        /** The path is not to be used any more. */
        public static final int FLAG_FORGET = 0x01;
        /** The peer wants to be reached there only. */
        public static final int FLAG_CLUSTER_REDIRECT = 0x02;

        public static Path of(int flags, InetSocketAddress endpoint) {
            byte[] ip = endpoint.getAddress().getAddress();
            ByteWriter address = new ByteWriter(ip.length + 2);
            address.putBytes(ip).putShort(endpoint.getPort());
            return new Path(flags, Bytes.EMPTY, ip.length == 4 ? 4 : 6, Bytes.of(address.array()));
        }

        /** The endpoint, or {@code null} if the type is unknown or the length wrong. */
        public InetSocketAddress endpoint() {
            int ipLength = addressType == 4 ? 4 : 16;
            boolean known = (addressType == 4 || addressType == 6) && address.length() == ipLength + 2;
            return known ? SocketAddressField.readAddress(address.reader(), ipLength) : null;
        }

        static Path read(ByteReader reader) {
            int flags = reader.getByte();
            Bytes extension = Bytes.read(reader, reader.getShort());
            int type = reader.getByte();
            return new Path(flags, extension, type, Bytes.read(reader, reader.getByte()));
        }

        void write(ByteWriter writer) {
            writer.putByte(flags).putShort(extension.length());
            extension.write(writer);
            writer.putByte(addressType).putByte(address.length());
            address.write(writer);
        }
    }

    public PushDirectPaths {
        paths = List.copyOf(paths);
    }

    public static Optional<PushDirectPaths> read(ByteReader reader) {
        int count = reader.getShort();
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < count && reader.ok(); i++) {
            paths.add(Path.read(reader));
        }
        return reader.ok() ? Optional.of(new PushDirectPaths(paths)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putShort(paths.size());
        for (Path path : paths) {
            path.write(writer);
        }
    }
}
