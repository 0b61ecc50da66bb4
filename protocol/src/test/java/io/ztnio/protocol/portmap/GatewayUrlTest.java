package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A router's answers send us nowhere but to itself. */
@Tag("any-jdk")
class GatewayUrlTest {
    private static final InetAddress GATEWAY = new InetSocketAddress("192.168.1.1", 0).getAddress();

    @Test
    void thePlaceOfTheDescriptionIsTaken() {
        assertThat(GatewayUrl.parse("http://192.168.1.1:5000/rootDesc.xml?a=b", GATEWAY))
                .contains(new GatewayUrl(GATEWAY, 5000, "/rootDesc.xml?a=b"));
        assertThat(GatewayUrl.parse("HTTP://192.168.1.1", GATEWAY)).contains(new GatewayUrl(GATEWAY, 80, "/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://192.168.1.1/d.xml",
                "http://192.168.1.2/d.xml",
                "http://192.168.1.1.example/d.xml",
                "http://router/d.xml",
                "http://127.0.0.1:8080/admin",
                "http://[::1]/d.xml",
                "http://192.168.1.1:0/",
                "http://192.168.1.1:65536/",
                "http://user@192.168.1.1/",
                "http://192.168.001.1/",
                "http://3232235777/",
                "http://192.168.1.1/a b",
                "http://192.168.1.1/a\r\nX: y",
                "http://192.168.1.1/\u00e9",
                "file:///etc/passwd",
                "http:192.168.1.1",
                "//192.168.1.1/",
                ""
            })
    void anyOtherPlaceIsRefused(String url) {
        assertThat(GatewayUrl.parse(url, GATEWAY)).isEmpty();
    }

    @Test
    void referencesAreResolvedAndStayAtTheGateway() {
        GatewayUrl base = new GatewayUrl(GATEWAY, 5000, "/dir/rootDesc.xml");

        assertThat(base.resolve("/ctl/IPConn")).contains(new GatewayUrl(GATEWAY, 5000, "/ctl/IPConn"));
        assertThat(base.resolve("ctl")).contains(new GatewayUrl(GATEWAY, 5000, "/dir/ctl"));
        assertThat(base.resolve("http://192.168.1.1:80/c")).contains(new GatewayUrl(GATEWAY, 80, "/c"));
        assertThat(base.resolve("http://10.0.0.1/c")).isEmpty();
        assertThat(base.resolve("//10.0.0.1/c")).isEmpty();
        assertThat(base.resolve("a b")).isEmpty();
    }

    @Test
    void anAnswerToTheSearchNamesThePlace() {
        assertThat(location("HTTP/1.1 200 OK\r\nST: x\r\nlocation:  http://192.168.1.1:5000/d \r\n\r\n"))
                .contains(new GatewayUrl(GATEWAY, 5000, "/d"));
        assertThat(location("HTTP/1.1 200 OK\r\nLOCATION: http://10.0.0.1/d\r\n\r\n"))
                .isEmpty();
        assertThat(location("HTTP/1.1 404 no\r\nLOCATION: http://192.168.1.1/d\r\n\r\n"))
                .isEmpty();
        assertThat(location("NOTIFY * HTTP/1.1\r\nLOCATION: http://192.168.1.1/d\r\n\r\n"))
                .isEmpty();
        assertThat(location("")).isEmpty();
    }

    private static Optional<GatewayUrl> location(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        return Ssdp.location(bytes, bytes.length, GATEWAY);
    }
}
