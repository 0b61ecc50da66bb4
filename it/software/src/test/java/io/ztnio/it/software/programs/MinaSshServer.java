package io.ztnio.it.software.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/**
 * Apache MINA's SSH server with one command, which sends back what it reads, and beside it a service that does the same, to be
 * reached through a forwarded port. Arguments: an address, the SSH server's port and the service's.
 */
public final class MinaSshServer {
    static final String USER = "user";
    static final String PASSWORD = "secret";

    private MinaSshServer() {}

    public static void main(String[] arguments) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost(arguments[0]);
        server.setPort(Integer.parseInt(arguments[1]));
        server.setKeyPairProvider(KeyPairProvider.wrap(keys.generateKeyPair()));
        server.setPasswordAuthenticator((user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
        server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        server.setCommandFactory((channel, command) -> new Echo(command));
        server.start();
        try (ServerSocket service =
                new ServerSocket(Integer.parseInt(arguments[2]), 50, InetAddress.getByName(arguments[0]))) {
            EchoSocket.serve(service);
            System.out.println(
                    "serving with " + server.getIoServiceFactory().getClass().getSimpleName());
            System.in.read();
        }
        server.stop();
        System.out.println("stopped");
    }

    private static final class Echo extends AbstractCommandSupport {
        Echo(String command) {
            super(command, null);
        }

        @Override
        public void run() {
            try (InputStream in = getInputStream();
                    OutputStream out = getOutputStream()) {
                in.transferTo(out);
                out.flush();
                onExit(0);
            } catch (IOException e) {
                onExit(1, e.toString());
            }
        }
    }
}
