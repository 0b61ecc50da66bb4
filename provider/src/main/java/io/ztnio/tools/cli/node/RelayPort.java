package io.ztnio.tools.cli.node;

import io.ztnio.protocol.relay.TcpRelayServer;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.FailureText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A root's relay over TCP, if it has one. Thread: confined to the command's thread. */
final class RelayPort implements AutoCloseable {
    private final Optional<TcpRelayServer> server;
    private final Consumer<String> events;

    private RelayPort(Optional<TcpRelayServer> server, Consumer<String> events) {
        this.server = server;
        this.events = events;
    }

    /**
     * Listens, if the settings ask for it.
     *
     * @throws CommandFailure if the port cannot be had
     */
    static RelayPort open(NodeSettings settings, Engine engine, Consumer<String> events) {
        if (settings.tcpRelayPort().isEmpty()) {
            return new RelayPort(Optional.empty(), events);
        }
        int port = settings.tcpRelayPort().getAsInt();
        Set<InetSocketAddress> roots = engine.rootEndpoints();
        try {
            return new RelayPort(
                    Optional.of(TcpRelayServer.start(OsProvider.get(), new InetSocketAddress(port), roots::contains)),
                    events);
        } catch (IOException e) {
            throw new CommandFailure("--tcp-relay-port " + port + ": " + FailureText.of(e), e);
        }
    }

    /** Says where it is. */
    void announce() {
        server.ifPresent(
                relay -> events.accept("relay over TCP on " + SocketAddressField.format(relay.localAddress())));
    }

    @Override
    public void close() {
        server.ifPresent(TcpRelayServer::close);
    }
}
