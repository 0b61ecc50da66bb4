package io.ztnio.tools.cli.network;

import io.ztnio.tools.tunnel.DatagramCounts;
import io.ztnio.tools.tunnel.StreamCounts;
import io.ztnio.tools.tunnel.TunnelListener;
import java.net.InetSocketAddress;
import java.util.List;

/** Prints what happens in a tunnel. Thread: the tunnel's, which is the command's. */
final class TunnelReport implements TunnelListener {
    private final NetworkCommand command;
    private final boolean quiet;

    /** @param quiet whether single clients are left out */
    TunnelReport(NetworkCommand command, boolean quiet) {
        this.command = command;
        this.quiet = quiet;
    }

    void listening(List<InetSocketAddress> local, String target) {
        List<String> texts = local.stream().map(NetworkCommand::text).toList();
        command.print(
                "listening on " + String.join(" ", texts) + ", forwarding to " + target,
                NetworkCommand.object("event", "listening", "addresses", texts, "target", target));
    }

    @Override
    public void onClosed(InetSocketAddress client, long bytesToTarget, long bytesToClient, String failure) {
        if (quiet) {
            return;
        }
        command.print(
                NetworkCommand.text(client) + ": " + bytesToTarget + " bytes to the target, " + bytesToClient + " back"
                        + (failure == null ? "" : ", cut: " + failure),
                NetworkCommand.object(
                        "event",
                        "closed",
                        "client",
                        NetworkCommand.text(client),
                        "bytesToTarget",
                        bytesToTarget,
                        "bytesToClient",
                        bytesToClient,
                        "failure",
                        failure));
    }

    @Override
    public void onTrouble(String what) {
        command.progress(what);
    }

    void ended(StreamCounts counts) {
        command.print(
                counts.accepted() + " connections, " + counts.failed() + " of them failed; " + counts.bytesToTarget()
                        + " bytes to the target, " + counts.bytesToClients() + " back",
                NetworkCommand.object(
                        "event",
                        "ended",
                        "connections",
                        counts.accepted(),
                        "failed",
                        counts.failed(),
                        "bytesToTarget",
                        counts.bytesToTarget(),
                        "bytesToClients",
                        counts.bytesToClients()));
    }

    void ended(DatagramCounts counts) {
        command.print(
                counts.sessions() + " clients; " + counts.datagramsToTarget() + " datagrams (" + counts.bytesToTarget()
                        + " bytes) to the target, " + counts.datagramsToClients() + " (" + counts.bytesToClients()
                        + " bytes) back, " + counts.dropped() + " dropped",
                NetworkCommand.object(
                        "event",
                        "ended",
                        "clients",
                        counts.sessions(),
                        "datagramsToTarget",
                        counts.datagramsToTarget(),
                        "datagramsToClients",
                        counts.datagramsToClients(),
                        "bytesToTarget",
                        counts.bytesToTarget(),
                        "bytesToClients",
                        counts.bytesToClients(),
                        "dropped",
                        counts.dropped()));
    }
}
