package io.ztnio.it.software.programs;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** Tomcat with its NIO connector. Arguments: those of {@link HttpService}. */
public final class TomcatServer {
    private TomcatServer() {}

    public static void main(String[] arguments) throws Exception {
        serve(HttpService.of(arguments), "org.apache.coyote.http11.Http11NioProtocol");
    }

    static void serve(HttpService service, String protocol) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory(Path.of(service.keyStore()).getParent(), "tomcat")
                .toString());
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "answers", new Answers()).addMapping("/*");
        connect(tomcat, protocol, service.port()).setProperty("address", service.address());
        Connector tls = connect(tomcat, protocol, service.tlsPort());
        tls.setProperty("address", service.address());
        secure(tls, service.keyStore());
        connect(tomcat, protocol, service.wildcardPort());
        tomcat.start();
        service.serving();
        tomcat.stop();
        tomcat.destroy();
        service.stopped();
    }

    private static Connector connect(Tomcat tomcat, String protocol, int port) {
        Connector connector = new Connector(protocol);
        connector.setPort(port);
        // Else a failure to bind is only logged.
        connector.setThrowOnFailure(true);
        tomcat.getService().addConnector(connector);
        return connector;
    }

    private static void secure(Connector connector, String keyStore) {
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(keyStore);
        certificate.setCertificateKeystorePassword(Tls.PASSWORD);
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
    }

    private static final class Answers extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            byte[] answer = HttpService.answer(
                    request.getRequestURI(),
                    body,
                    new InetSocketAddress(request.getRemoteAddr(), request.getRemotePort()));
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }
    }
}
