package io.ztnio.overlay.store;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.identity.PublicIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * {@code peers.d/<NWID>/<PEER>.peer}: a member of a network and where it was last. It pins the node id to the key.
 *
 * <pre>
 *  SealedFile "zopr" 1: public key (32)   last seen, epoch milliseconds (8)   count (1)   per endpoint: length 4 or 16 (1)
 *  address   port (2)
 * </pre>
 *
 * Immutable.
 *
 * @param identity the member
 * @param seenMillis when it was last heard
 * @param endpoints where it was reached, the latest first, at most {@value #MAX_ENDPOINTS}
 */
public record PeerFile(PublicIdentity identity, long seenMillis, List<InetSocketAddress> endpoints) {
    /** Endpoints that are kept. */
    public static final int MAX_ENDPOINTS = 4;

    private static final int MAGIC = 0x7a6f_7072;
    private static final int VERSION = 1;
    private static final int KEY_LENGTH = 32;

    public PeerFile {
        endpoints = List.copyOf(endpoints);
    }

    /** The folder of a network. */
    public static String folder(long networkId) {
        return "peers.d/" + HexFormat.of().toHexDigits(networkId);
    }

    /** The key of the file of a node. */
    public static String key(long networkId, long nodeId) {
        return folder(networkId) + "/" + NodeId.format(nodeId) + ".peer";
    }

    /** The file. */
    public byte[] toBytes() {
        return SealedFile.write(MAGIC, VERSION, out -> {
            out.write(identity.key());
            out.writeLong(seenMillis);
            out.writeByte(Math.min(endpoints.size(), MAX_ENDPOINTS));
            for (InetSocketAddress endpoint : endpoints.subList(0, Math.min(endpoints.size(), MAX_ENDPOINTS))) {
                SealedFile.writeAddress(out, endpoint.getAddress());
                out.writeShort(endpoint.getPort());
            }
        });
    }

    /** Reads a file. */
    public static PeerFile parse(String key, byte[] file) throws DamagedStateException {
        return SealedFile.read(key, file, MAGIC, VERSION, in -> {
            byte[] publicKey = new byte[KEY_LENGTH];
            in.readFully(publicKey);
            long seen = in.readLong();
            int count = in.readUnsignedByte();
            if (count > MAX_ENDPOINTS) {
                throw new IOException(count + " endpoints");
            }
            List<InetSocketAddress> endpoints = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                endpoints.add(new InetSocketAddress(SealedFile.readAddress(in), in.readUnsignedShort()));
            }
            PublicIdentity identity = new PublicIdentity(publicKey);
            if (!key.endsWith(NodeId.format(identity.id()) + ".peer")) {
                throw new IOException("the key of another node");
            }
            return new PeerFile(identity, seen, endpoints);
        });
    }
}
