package io.ztnio.it.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the JDK builds on its sockets: TLS of its own socket factories and over a socket that is connected already, and RMI.
 * A line says what was done.
 *
 * <p>Arguments: an own address, a PKCS #12 file with a key, and its password.
 */
public final class SocketLayers {
    private SocketLayers() {}

    /** What RMI calls. */
    public interface Greeting extends Remote {
        String greet(String name) throws RemoteException;
    }

    public static void main(String[] args) throws Exception {
        InetAddress own = InetAddress.getByName(args[0]);
        SSLContext context = context(Path.of(args[1]), args[2].toCharArray());
        tls(context, own, false);
        tls(context, own, true);
        rmi(args[0]);
        System.out.println("layered");
        System.exit(0);
    }

    private static void tls(SSLContext context, InetAddress own, boolean layered) throws Exception {
        try (ServerSocket listener = context.getServerSocketFactory().createServerSocket(0, 5, own)) {
            Thread echo = new Thread(() -> echo(listener), "echo");
            echo.start();
            try (Socket plain = layered ? new Socket(own, listener.getLocalPort()) : new Socket();
                    SSLSocket socket = (SSLSocket)
                            (layered
                                    ? context.getSocketFactory()
                                            .createSocket(plain, own.getHostAddress(), listener.getLocalPort(), true)
                                    : context.getSocketFactory().createSocket(own, listener.getLocalPort()))) {
                socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                System.out.println((layered ? "layered " : "tls ") + answer);
            }
            echo.join();
        }
    }

    private static void echo(ServerSocket listener) {
        try (Socket accepted = listener.accept()) {
            accepted.getInputStream().transferTo(accepted.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rmi(String own) throws Exception {
        System.setProperty("java.rmi.server.hostname", own);
        Greeting object = name -> "hello " + name;
        Registry registry = LocateRegistry.createRegistry(0);
        String reference = registry.toString();
        int port = Integer.parseInt(reference.replaceAll("(?s).*endpoint:\\[[^\\]]*:(\\d+)\\].*", "$1"));
        registry.bind("greeting", UnicastRemoteObject.exportObject(object, 0));
        Greeting remote = (Greeting) LocateRegistry.getRegistry(own, port).lookup("greeting");
        System.out.println(
                "rmi " + remote.greet("rmi") + " from " + (remote.toString().contains(own + ":") ? own : remote));
        UnicastRemoteObject.unexportObject(object, true);
        UnicastRemoteObject.unexportObject(registry, true);
    }

    private static SSLContext context(Path file, char[] password) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, password);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
