package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An agent with a listener that is older than anything of ours, and the program that accepts with it later. */
public final class EarlyListener {
    private static ServerSocket listener;

    private EarlyListener() {}

    public static void premain(String options) throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    public static void main(String[] args) throws IOException {
        try (ServerSocket early = listener;
                Socket client = new Socket(InetAddress.getLoopbackAddress(), early.getLocalPort());
                Socket server = early.accept()) {
            client.getOutputStream().write(42);
            if (server.getInputStream().read() != 42 || server.getPort() != client.getLocalPort()) {
                throw new IllegalStateException(server.toString());
            }
            System.out.println("accepted early");
        }
    }
}
