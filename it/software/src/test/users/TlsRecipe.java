import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** TLS over a socket of an instance. Key and trust are the JVM's ({@code javax.net.ssl.keyStore} and others). */
public final class TlsRecipe {
    private TlsRecipe() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier server = Overlay.up("10.5.1.1");
                ZeroTier client = Overlay.up("10.5.1.2");
                ServerSocket listener = server.serverSocketFactory().createServerSocket(443, 5, Overlay.address(server))) {
            Thread serving = new Thread(() -> serve(listener), "serving");
            serving.start();
            call(client);
            serving.join();
        }
        System.out.println("done");
    }

    private static void call(ZeroTier zt) throws Exception {
        Socket plain = zt.socketFactory().createSocket("10.147.17.5", 443);
        Socket tls = ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, "server.example.com", 443, true);
        tls.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
        tls.shutdownOutput();
        System.out.println("got " + new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        tls.close();
    }

    private static void serve(ServerSocket listener) {
        try (Socket plain = listener.accept();
                Socket tls = SSLContext.getDefault().getSocketFactory().createSocket(plain, null, true)) {
            String question = new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            tls.getOutputStream().write(("answer to " + question).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            System.out.println("failed: " + e);
        }
    }
}
