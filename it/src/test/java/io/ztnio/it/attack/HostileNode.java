package io.ztnio.it.attack;

import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes its own datagrams to one victim, from a socket for each source that it pretends to be.
 *
 * <p>Thread: belongs to one thread.
 */
final class HostileNode implements AutoCloseable {
    private static final SoftwareVersion VERSION = new SoftwareVersion(12, 1, 14, 1);

    private final Identity own;
    private final Identity victim;
    private final InetSocketAddress target;
    private final PeerKeys keys;
    private final DatagramSocket[] sockets;
    private final SplittableRandom random = new SplittableRandom(666);
    private final byte[] packet = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private int sent;

    /**
     * @param secret file with an identity that was earned
     * @param victim file with the public identity of who is attacked
     * @param target where that is
     * @param bind addresses to send from, one for each source
     */
    HostileNode(Path secret, Path victim, InetSocketAddress target, InetSocketAddress... bind) throws IOException {
        this.own = read(secret);
        this.victim = read(victim);
        this.target = target;
        this.keys = PeerKeys.agree(own, this.victim);
        this.sockets = new DatagramSocket[bind.length];
        for (int i = 0; i < bind.length; i++) {
            sockets[i] = new DatagramSocket(bind[i]);
        }
    }

    /** One on the loopback interface, where each of its ports is a source. */
    static HostileNode onLoopback(Path secret, Path victim, int port, int sources) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        InetSocketAddress[] bind = new InetSocketAddress[sources];
        Arrays.fill(bind, new InetSocketAddress(loopback, 0));
        return new HostileNode(secret, victim, new InetSocketAddress(loopback, port), bind);
    }

    private static Identity read(Path file) throws IOException {
        return Identity.parse(Files.readString(file, StandardCharsets.US_ASCII)).orElseThrow();
    }

    /** How many datagrams have gone. */
    int sent() {
        return sent;
    }

    /** HELLO of the identity that was earned: the victim knows it then. */
    void introduce() {
        hello(own);
    }

    /** HELLO with the right MAC of an identity that was not earned, another one each time. */
    void unearnedHello() {
        String address = Address.format(0x11_0000_0000L + random.nextInt(Integer.MAX_VALUE));
        hello(Identity.parse(address + own.toSecretString().substring(address.length()))
                .orElseThrow());
    }

    /** The agreement is about the key, not about the address: the same for all of them. */
    private void hello(Identity sender) {
        ByteWriter writer = begin(sender.address(), Verb.HELLO);
        Hello hello = new Hello(VERSION, System.currentTimeMillis(), sender, target, 0, 0, List.of());
        hello.write(writer);
        HelloMask.apply(keys, packet, 0, writer.position() - hello.maskedLength(), writer.position());
        Armor.seal(keys, CipherSuite.POLY1305_NONE, packet, 0, writer.position());
        send(writer.position());
    }

    /** The smallest packet there is, from an address that nobody has. */
    void packetOfNobody() {
        begin(0x12_0000_0000L + random.nextInt(Integer.MAX_VALUE), Verb.FRAME);
        packet[PacketHeader.FLAGS] = (byte) (CipherSuite.SALSA2012_POLY1305.code() << PacketHeader.CIPHER_SHIFT);
        send(PacketHeader.LENGTH);
    }

    /** A frame with a certificate in the controller's name, whose signature has to be verified to be found bad. */
    void forgedCertificate(long networkId) {
        Identity member = own;
        byte[] certificate = CertificateOfMembership.sign(
                        own, networkId, System.currentTimeMillis() + sent, 3_600_000, member)
                .encode();
        long controller = networkId >>> 24;
        int signedBy = certificate.length - Identity.SIGNATURE_LENGTH - Address.LENGTH;
        new ByteWriter(certificate, signedBy).putAddress(controller);
        if (CertificateOfMembership.read(new ByteReader(certificate))
                        .orElseThrow()
                        .signedBy()
                != controller) {
            throw new IllegalStateException("the certificate's form has changed");
        }
        ByteWriter writer = begin(own.address(), Verb.EXT_FRAME);
        writer.putLong(networkId).putByte(1).putBytes(certificate);
        writer.putMac(1).putMac(2).putShort(0x0800).putByte(0);
        Armor.seal(keys, CipherSuite.SALSA2012_POLY1305, packet, 0, writer.position());
        send(writer.position());
    }

    private ByteWriter begin(long source, Verb verb) {
        PacketHeader.write(packet, 0, random.nextLong(), victim.address(), source, verb);
        BigEndian.putLong(packet, PacketHeader.ID, random.nextLong());
        packet[PacketHeader.FLAGS] = 0;
        return new ByteWriter(packet, PacketHeader.LENGTH);
    }

    private void send(int length) {
        try {
            sockets[sent++ % sockets.length].send(new DatagramPacket(packet, length, target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (DatagramSocket socket : sockets) {
            socket.close();
        }
    }
}
