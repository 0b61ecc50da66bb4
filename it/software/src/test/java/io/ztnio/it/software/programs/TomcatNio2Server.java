package io.ztnio.it.software.programs;

/** Tomcat with its connector on asynchronous channels. Arguments: those of {@link HttpService}. */
public final class TomcatNio2Server {
    private TomcatNio2Server() {}

    public static void main(String[] arguments) throws Exception {
        TomcatServer.serve(HttpService.of(arguments), "org.apache.coyote.http11.Http11Nio2Protocol");
    }
}
