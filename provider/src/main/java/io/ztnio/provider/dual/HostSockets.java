package io.ztnio.provider.dual;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;

/**
 * How the core handles the host stack's sockets of one kind.
 *
 * <p>Thread: as the sockets.
 *
 * @param <H> the sockets
 */
public interface HostSockets<H> {
    H open() throws IOException;

    /** The local address, or {@code null} while unbound. */
    InetSocketAddress localAddress(H socket) throws IOException;

    /** The wildcard address in the form in which a bound socket has it. */
    InetAddress wildcard();

    <T> void option(H socket, SocketOption<T> name, T value) throws IOException;

    <T> T option(H socket, SocketOption<T> name) throws IOException;

    Set<SocketOption<?>> supportedOptions();

    /** What a new socket says of a supported option. */
    <T> T defaultOption(SocketOption<T> name);

    void configureBlocking(H socket, boolean block) throws IOException;

    void close(H socket) throws IOException;
}
