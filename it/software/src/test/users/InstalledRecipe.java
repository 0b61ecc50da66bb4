import io.ztnio.provider.ZeroTier;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** After {@code install()} Tomcat serves on the network, and the JDK's HTTP client calls it there. Argument: a folder. */
public final class InstalledRecipe {
    private static final String ADDRESS = "10.5.4.1";

    private InstalledRecipe() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("ztnio.transport", "overlay-memory");
        System.setProperty("ztnio.overlay.addresses", ADDRESS + "/24");
        HttpClient client = client();
        Tomcat tomcat = tomcat(arguments[0]);
        String uri = "http://" + ADDRESS + ":" + tomcat.getConnector().getLocalPort() + "/";
        System.out.println(client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body());
        tomcat.stop();
        tomcat.destroy();
        System.out.println("done");
    }

    private static HttpClient client() {
        System.setProperty("ztnio.networks", "NETWORK_ID");
        System.out.println(ZeroTier.install());
        HttpClient client = HttpClient.newHttpClient();
        return client;
    }

    private static Tomcat tomcat(String folder) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder);
        Connector connector = new Connector();
        connector.setProperty("address", ADDRESS);
        connector.setPort(0);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder);
        Tomcat.addServlet(context, "hello", new Hello()).addMapping("/");
        tomcat.start();
        return tomcat;
    }

    private static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("hello " + request.getRemoteAddr() + " from Tomcat");
        }
    }
}
