package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;

/**
 * Which file descriptors the JDK has for its channels, which it does not tell: each is the one UDP socket of the process that has the
 * channel's address, and was not found before. Thread: one at a time.
 */
final class ChannelDescriptors {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PROTOCOL = 38;
    private static final int IPPROTO_UDP = 17;
    private static final int LENGTH_AT = SocketAddresses.ROOM;
    private static final int OPTION_AT = LENGTH_AT + Integer.BYTES;

    private final IdentityHashMap<DatagramChannel, Socket> found = new IdentityHashMap<>();
    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(OPTION_AT + Integer.BYTES).order(ByteOrder.nativeOrder());
    private final long at = IncubatorCalls.address(memory);
    private final ByteBuffer expected =
            ByteBuffer.allocate(SocketAddresses.ROOM).order(ByteOrder.nativeOrder());

    /** A socket as the system knows it. */
    record Socket(int fd, int family) {}

    /**
     * The sockets of channels that are bound. Of several with one address, each is asked for before the next is bound.
     *
     * @throws IOException if one is not found
     */
    Socket[] of(DatagramChannel[] channels) throws IOException {
        Socket[] sockets = new Socket[channels.length];
        for (int i = 0; i < channels.length; i++) {
            sockets[i] = of(channels[i]);
        }
        return sockets;
    }

    private Socket of(DatagramChannel channel) throws IOException {
        Socket known = found.get(channel);
        if (known == null) {
            known = search((InetSocketAddress) channel.getLocalAddress());
            found.put(channel, known);
        }
        return known;
    }

    /** The socket of a channel that was asked for before. */
    Socket known(DatagramChannel channel) {
        return found.get(channel);
    }

    private Socket search(InetSocketAddress local) throws IOException {
        Socket match = null;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path path : descriptors) {
                int fd = Integer.parseInt(path.getFileName().toString());
                int family = familyIfAt(fd, local);
                if (family != 0 && found.values().stream().noneMatch(socket -> socket.fd == fd)) {
                    if (match != null) {
                        throw new IOException("two sockets at " + local);
                    }
                    match = new Socket(fd, family);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        if (match == null) {
            throw new IOException("no socket at " + local);
        }
        return match;
    }

    /** The family of a UDP socket that has an address, or 0. */
    private int familyIfAt(int fd, InetSocketAddress local) {
        memory.put(0, new byte[SocketAddresses.ROOM]);
        memory.putInt(LENGTH_AT, SocketAddresses.ROOM);
        if (IncubatorCalls.socketName(fd, at, at + LENGTH_AT) != 0) {
            return 0;
        }
        int family = memory.getShort(0);
        SocketAddresses.write(expected, family, local);
        memory.putInt(LENGTH_AT, Integer.BYTES);
        boolean matches = expected.equals(memory.duplicate().limit(SocketAddresses.ROOM))
                && IncubatorCalls.option(fd, SOL_SOCKET, SO_PROTOCOL, at + OPTION_AT, at + LENGTH_AT) == 0
                && memory.getInt(OPTION_AT) == IPPROTO_UDP;
        return matches ? family : 0;
    }
}
