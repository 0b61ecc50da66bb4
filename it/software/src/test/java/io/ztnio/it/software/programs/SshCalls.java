package io.ztnio.it.software.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/**
 * Apache MINA's SSH client: commands, and ports that are forwarded in either direction. Arguments: those of
 * {@link MinaSshServer}, and a port for the server to listen at for the client.
 */
public final class SshCalls {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LENGTH = 4_000_000;

    private SshCalls() {}

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        AtomicReference<PublicKey> known = new AtomicReference<>();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            // The first connection learns the server's key, as a person would confirm it; later ones have to meet it
            // again.
            client.setServerKeyVerifier(
                    (session, remote, key) -> known.compareAndSet(null, key) || key.equals(known.get()));
            client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
            client.start();
            for (int i = 0; i < 2; i++) {
                try (ClientSession session = connect(client, address, Integer.parseInt(arguments[1]))) {
                    command(session);
                    forwardLocally(session, address, Integer.parseInt(arguments[2]));
                    forwardRemotely(session, address, Integer.parseInt(arguments[3]));
                    if (!session.close(false).await(PATIENCE)) {
                        throw new AssertionError("the session did not end");
                    }
                }
                System.out.println("did session " + i);
            }
        }
        System.out.println("did all");
    }

    private static ClientSession connect(SshClient client, String address, int port) throws IOException {
        ClientSession session = client.connect(MinaSshServer.USER, address, port)
                .verify(PATIENCE)
                .getSession();
        session.addPasswordIdentity(MinaSshServer.PASSWORD);
        session.auth().verify(PATIENCE);
        return session;
    }

    /** The end of the input is the channel's here, not TCP's. */
    private static void command(ClientSession session) throws IOException, InterruptedException {
        try (ChannelExec channel = session.createExecChannel("echo")) {
            channel.open().verify(PATIENCE);
            byte[] bytes = Bytes.of(LENGTH);
            Thread sending = new Thread(
                    () -> {
                        try (OutputStream out = channel.getInvertedIn()) {
                            out.write(bytes);
                        } catch (IOException e) {
                            System.out.println("sending failed: " + e);
                        }
                    },
                    "sending");
            sending.start();
            try (InputStream in = channel.getInvertedOut()) {
                Bytes.expect(bytes, in.readAllBytes());
            }
            sending.join();
            channel.waitFor(EnumSet.of(ClientChannelEvent.EXIT_STATUS, ClientChannelEvent.CLOSED), PATIENCE);
            Bytes.expect(0, channel.getExitStatus());
        }
    }

    private static void forwardLocally(ClientSession session, String address, int port)
            throws IOException, InterruptedException {
        SshdSocketAddress listening = session.startLocalPortForwarding(
                new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress(address, port));
        EchoSocket.exchange("127.0.0.1", listening.getPort(), LENGTH);
        session.stopLocalPortForwarding(listening);
    }

    /** What connects to the server's address comes out here. */
    private static void forwardRemotely(ClientSession session, String address, int port)
            throws IOException, InterruptedException {
        try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            EchoSocket.serve(service);
            SshdSocketAddress listening = session.startRemotePortForwarding(
                    new SshdSocketAddress(address, port), new SshdSocketAddress("127.0.0.1", service.getLocalPort()));
            EchoSocket.exchange(address, port, LENGTH);
            session.stopRemotePortForwarding(listening);
        }
    }
}
