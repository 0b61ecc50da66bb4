package io.ztnio.overlay.store;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code networks.d/<NWID>.addr}: the addresses of a network as a node sees them.
 *
 * <pre>
 *  SealedFile "zoad" 1: count (1)   per own address: length 4 or 16 (1) address   prefix bits (1)
 *                       count (2)   per address of others: length (1) address   node id (5)
 * </pre>
 *
 * Immutable.
 *
 * @param own configured own addresses with their prefixes
 * @param others whose the addresses of others are
 */
public record AddressFile(List<IpPrefix> own, Map<InetAddress, Long> others) {
    /** Addresses of others that are kept. */
    public static final int MAX_OTHERS = 4096;

    private static final int MAGIC = 0x7a6f_6164;
    private static final int VERSION = 1;

    public AddressFile {
        own = List.copyOf(own);
        others = Map.copyOf(others);
    }

    /** The key of the file of a network. */
    public static String key(long networkId) {
        return "networks.d/" + HexFormat.of().toHexDigits(networkId) + ".addr";
    }

    /** The file. */
    public byte[] toBytes() {
        return SealedFile.write(MAGIC, VERSION, out -> {
            out.writeByte(own.size());
            for (IpPrefix prefix : own) {
                SealedFile.writeAddress(out, prefix.address());
                out.writeByte(prefix.bits());
            }
            out.writeShort(others.size());
            for (Map.Entry<InetAddress, Long> other : others.entrySet()) {
                SealedFile.writeAddress(out, other.getKey());
                out.writeByte((int) (other.getValue() >>> 32));
                out.writeInt((int) (long) other.getValue());
            }
        });
    }

    /** Reads a file. */
    public static AddressFile parse(String key, byte[] file) throws DamagedStateException {
        return SealedFile.read(key, file, MAGIC, VERSION, in -> {
            List<IpPrefix> own = new ArrayList<>();
            int ownCount = in.readUnsignedByte();
            for (int i = 0; i < ownCount; i++) {
                own.add(new IpPrefix(SealedFile.readAddress(in), in.readUnsignedByte()));
            }
            Map<InetAddress, Long> others = new LinkedHashMap<>();
            int otherCount = in.readUnsignedShort();
            if (otherCount > MAX_OTHERS) {
                throw new IOException(otherCount + " addresses");
            }
            for (int i = 0; i < otherCount; i++) {
                InetAddress address = SealedFile.readAddress(in);
                long id = (long) in.readUnsignedByte() << 32 | (in.readInt() & 0xffff_ffffL);
                if (!NodeId.isValid(id)) {
                    throw new IOException("node id " + Long.toHexString(id));
                }
                others.put(address, id);
            }
            return new AddressFile(own, others);
        });
    }
}
