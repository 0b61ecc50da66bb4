package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** UPnP against a scripted router, without sockets. */
@Tag("any-jdk")
class IgdClientTest {
    private static final InetAddress GATEWAY = new InetSocketAddress("192.168.1.1", 0).getAddress();
    private static final InetAddress CLIENT = new InetSocketAddress("192.168.1.7", 0).getAddress();

    private final ScriptedRouter router = new ScriptedRouter(GATEWAY, 5000);
    private final IgdClient client = new IgdClient(router, GATEWAY, CLIENT, 41641, "ZeroTier/0123456789@41641");

    @Test
    void aMappingIsMadeAndRenewedWithoutAnotherSearch() throws IOException {
        assertThat(client.map()).contains(new PortMapping(new InetSocketAddress("198.51.100.7", 41641), 600));
        assertThat(client.map()).isPresent();

        assertThat(router.mappings).hasToString("{41641=192.168.1.7:41641 ZeroTier/0123456789@41641 600}");
        assertThat(router.searches).isEqualTo(1);
        String add = router.requests.get(2);
        assertThat(add)
                .startsWith("POST /ctl/IPConn HTTP/1.1\r\nHost: 192.168.1.1:5000\r\n")
                .contains("SOAPAction: \"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"\r\n")
                .contains("<NewRemoteHost></NewRemoteHost><NewExternalPort>41641</NewExternalPort>"
                        + "<NewProtocol>UDP</NewProtocol><NewInternalPort>41641</NewInternalPort>"
                        + "<NewInternalClient>192.168.1.7</NewInternalClient><NewEnabled>1</NewEnabled>");
        String body = add.substring(add.indexOf("\r\n\r\n") + 4);
        assertThat(add).contains("Content-Length: " + body.length() + "\r\n");
    }

    @Test
    void aPortThatSomebodyHasMakesItTheNext() throws IOException {
        router.mappings.put(41641, "another");
        router.mappings.put(41642, "another");

        assertThat(client.map().orElseThrow().external().getPort()).isEqualTo(41643);
        client.unmap(router);

        assertThat(router.mappings).containsOnlyKeys(41641, 41642);
    }

    @Test
    void whereEveryPortIsTakenItGivesUp() throws IOException {
        router.addError = 718;

        assertThat(client.map()).isEmpty();
        assertThat(router.requests).hasSizeLessThan(20);
    }

    @Test
    void aRouterThatKeepsMappingsForEverIsAskedForThat() throws IOException {
        router.onlyPermanent = true;

        assertThat(client.map()).contains(new PortMapping(new InetSocketAddress("198.51.100.7", 41641), 0));
        assertThat(router.mappings.get(41641)).endsWith(" 0");
    }

    @Test
    void aMappingIsDeletedAtTheEnd() throws IOException {
        client.map();

        client.unmap(router);
        client.unmap(router);

        assertThat(router.mappings).isEmpty();
        assertThat(router.requests.stream().filter(request -> request.contains("DeletePortMapping\"")))
                .hasSize(1);
    }

    @Test
    void aRouterThatIsNotConnectedMapsNothing() throws IOException {
        router.external = "0.0.0.0";
        assertThat(client.map()).isEmpty();
        router.external = "";
        assertThat(client.map()).isEmpty();
        router.external = "evil.example";
        assertThat(client.map()).isEmpty();

        assertThat(router.mappings).isEmpty();
    }

    @Test
    void whoIsNotThereAnyMoreIsLookedForAgain() throws IOException {
        client.map();
        router.failing = true;
        assertThatThrownBy(client::map).isInstanceOf(IOException.class);
        router.failing = false;

        assertThat(client.map()).isPresent();
        assertThat(router.searches).isEqualTo(2);
    }

    @Test
    void whereNobodyAnswersThereIsNothing() throws IOException {
        router.silent = true;

        assertThat(client.map()).isEmpty();
        assertThat(router.requests).isEmpty();
    }

    @Test
    void aControlUrlElsewhereIsNotCalled() throws IOException {
        router.controlUrl = "http://10.0.0.1/ctl";
        assertThat(client.map()).isEmpty();
        router.controlUrl = "http://192.168.1.1:5000@10.0.0.1/ctl";
        assertThat(client.map()).isEmpty();

        assertThat(router.requests).hasSize(2).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aBaseOfTheDescriptionCountsIfItIsTheRouters() {
        GatewayUrl location = new GatewayUrl(GATEWAY, 5000, "/d.xml");
        String services = "<service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType>"
                + "<controlURL>c?x=1&amp;y=2</controlURL></service>";

        assertThat(IgdService.of(
                        xml("<root><URLBase>http://192.168.1.1:80/b/</URLBase>" + services + "</root>"), location))
                .extracting(IgdService::control)
                .containsExactly(new GatewayUrl(GATEWAY, 80, "/b/c?x=1&y=2"));
        assertThat(IgdService.of(xml("<root><URLBase>http://10.0.0.1/</URLBase>" + services + "</root>"), location))
                .extracting(IgdService::control)
                .containsExactly(new GatewayUrl(GATEWAY, 5000, "/c?x=1&y=2"));
    }

    @Test
    void aLeafWithAnythingUnusualIsNoAnswer() {
        String entity = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><a>&x;</a></r>";
        String bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><r><a>&b;</a></r>";
        assertThat(XmlLeaves.read(xml(entity))).isEmpty();
        assertThat(XmlLeaves.read(xml(bomb))).isEmpty();
        assertThat(XmlLeaves.read(xml("<!DOCTYPE r SYSTEM \"http://192.0.2.1/x.dtd\"><r><a>b</a></r>")))
                .isEmpty();
        assertThat(XmlLeaves.read(xml("<r>&unknown;</r>"))).isEmpty();
        assertThat(XmlLeaves.read(xml("<a>".repeat(40) + "</a>".repeat(40)))).isEmpty();
        assertThat(XmlLeaves.read(xml("<r><a>" + "x".repeat(3000) + "</a></r>")))
                .isEmpty();
        assertThat(XmlLeaves.read(xml("<r><a>b</r>"))).isEmpty();
        assertThat(XmlLeaves.read(new byte[0])).isEmpty();
        assertThat(XmlLeaves.read(xml("<r xmlns:p=\"u\"><p:a> b &amp; &#99; </p:a></r>")))
                .contains(List.of(new XmlLeaves.Leaf("a", "b & c"), new XmlLeaves.Leaf("r", "")));
    }

    @Test
    void anAnswerByHttpIsReadWhenItIsWhole() {
        assertThat(http("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false))
                .isEmpty();
        assertThat(http("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", false))
                .contains("200 abc");
        assertThat(http("HTTP/1.0 500 no\n\nrest", false)).isEmpty();
        assertThat(http("HTTP/1.0 500 no\n\nrest", true)).contains("500 rest");
        String chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
        for (int i = 0; i < chunked.length() - 2; i++) {
            assertThat(http(chunked.substring(0, i), false)).isEmpty();
        }
        assertThat(http(chunked, false)).contains("200 abc");
        assertThat(http("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false))
                .contains("0 ");
        assertThat(http("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", true))
                .contains("0 ");
        assertThat(http("SSH-2.0-x\r\n\r\n", false)).contains("0 ");
        assertThat(http("HTTP/1.1 100 Continue\r\n\r\n", false)).contains("0 ");
        assertThat(http("", true)).contains("0 ");
        assertThat(http("x".repeat(17_000), false)).contains("0 ");
    }

    /** Whatever pieces it comes in, and no byte is looked at again and again. */
    @Test
    void anAnswerThatComesByteByByteIsTheSame() {
        String chunks = "1;" + "x".repeat(50) + "\r\na\r\n";
        for (String text : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.0 200 OK\n\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks.repeat(3) + "0\r\n",
                "HTTP/1.1 200 OK\r\n\n\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            byte[] bytes = xml(text);
            HttpReplyReader reader = new HttpReplyReader();
            Optional<HttpReply> reply = Optional.empty();
            for (int length = 1; length <= bytes.length && reply.isEmpty(); length++) {
                reply = reader.read(bytes, length, false);
            }
            assertThat(reply.or(() -> reader.read(bytes, bytes.length, true))
                            .map(each -> each.status() + " "
                                    + new String(each.body().toByteArray(), StandardCharsets.ISO_8859_1)))
                    .as(text)
                    .isEqualTo(http(text, true));
        }
    }

    private static Optional<String> http(String text, boolean ended) {
        byte[] bytes = xml(text);
        return new HttpReplyReader()
                .read(bytes, bytes.length, ended)
                .map(reply ->
                        reply.status() + " " + new String(reply.body().toByteArray(), StandardCharsets.ISO_8859_1));
    }

    private static byte[] xml(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
