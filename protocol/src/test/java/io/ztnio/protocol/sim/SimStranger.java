package io.ztnio.protocol.sim;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Packets of who has a secret, and an address that was not earned by work unless it is said to be. */
public final class SimStranger {
    private static final SoftwareVersion VERSION = new SoftwareVersion(12, 1, 14, 1);
    private static final String KEY = SimIdentities.of(23).toSecretString().substring(10);

    private final Identity target;
    private final PeerKeys unearnedKeys;
    private long nextId = 1;

    /** @param target who gets the packets */
    public SimStranger(Identity target) {
        this.target = target.withoutSecret();
        this.unearnedKeys = PeerKeys.agree(SimIdentities.of(23), target);
    }

    /** An identity with its secret whose address is not its key's. */
    public static Identity unearned(long address) {
        return Identity.parse(Address.format(address) + KEY).orElseThrow();
    }

    /** A HELLO with the right MAC. */
    public byte[] hello(Identity sender, long nowMillis) {
        // The agreement is about the key, not about the address.
        boolean unearned =
                Arrays.equals(sender.publicKey(), SimIdentities.of(23).publicKey());
        PeerKeys keys = unearned ? unearnedKeys : PeerKeys.agree(sender, target);
        byte[] bytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
        PacketHeader.write(bytes, 0, 0, target.address(), sender.address(), Verb.HELLO);
        BigEndian.putLong(bytes, PacketHeader.ID, 0x7700_0000_0000_0000L | nextId++);
        ByteWriter writer = new ByteWriter(bytes, PacketHeader.LENGTH);
        Hello hello = new Hello(VERSION, nowMillis, sender, SimNet.endpoint("81.1.1.1:9993"), 0, 0, List.of());
        hello.write(writer);
        HelloMask.apply(keys, bytes, 0, writer.position() - hello.maskedLength(), writer.position());
        Armor.seal(keys, CipherSuite.POLY1305_NONE, bytes, 0, writer.position());
        return Arrays.copyOf(bytes, writer.position());
    }

    /** The smallest packet there is, as of an unknown sender. */
    public byte[] smallest(long sender) {
        byte[] bytes = new byte[PacketHeader.LENGTH];
        PacketHeader.write(bytes, 0, nextId++, target.address(), sender, Verb.FRAME);
        bytes[PacketHeader.FLAGS] = (byte) (CipherSuite.SALSA2012_POLY1305.code() << PacketHeader.CIPHER_SHIFT);
        return bytes;
    }

    /** One of as many sources as there are numbers. */
    public static InetSocketAddress source(int number) {
        byte[] ip = {66, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), 666);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
