package io.ztnio.provider.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.service.HttpRequestReader.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/1.1 as bytes (RFC 9112). */
@Tag("any-jdk")
class HttpRequestReaderTest {
    private final HttpRequestReader reader = new HttpRequestReader();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** With {@code |} for the end of a line. */
    private Step read(String text) {
        return readAll(reader, bytes(text.replace("|", "\r\n")));
    }

    private static Step readAll(HttpRequestReader reader, ByteBuffer in) {
        Step step = reader.read(in);
        return step == Step.HEAD ? reader.read(in) : step;
    }

    @Test
    void theHeadIsToldBeforeTheBody() {
        ByteBuffer in = bytes("POST /network/1?auth=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbodyGET");

        assertThat(reader.read(in)).isEqualTo(Step.HEAD);
        assertThat(reader.request())
                .isEqualTo(new ApiRequest(
                        "POST", "/network/1", "auth=x", Map.of("Host", "localhost", "Content-Length", "4"), ""));
        assertThat(reader.read(in)).isEqualTo(Step.COMPLETE);
        assertThat(reader.request().body()).isEqualTo("body");
        assertThat(in.remaining()).as("of the next request").isEqualTo(3);
    }

    @Test
    void piecesMakeTheSameRequest() {
        String whole = String.join(
                "\r\n",
                "",
                "PUT http://127.0.0.1:1/a/b?c HTTP/1.1\nhost: elsewhere",
                "Transfer-Encoding:  Chunked ",
                "",
                "3",
                "abc",
                "0a;x=y",
                "0123456789",
                "0",
                "Trailer: x",
                "",
                "");
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        System.out.println("seed " + seed);
        for (int i = 0; i < 200; i++) {
            HttpRequestReader each = new HttpRequestReader();
            Step step = Step.MORE;
            for (int at = 0; at < whole.length(); ) {
                int length = Math.min(whole.length() - at, 1 + random.nextInt(12));
                step = readAll(each, bytes(whole.substring(at, at + length)));
                at += length;
                assertThat(step).isEqualTo(at == whole.length() ? Step.COMPLETE : Step.MORE);
            }
            assertThat(each.request().path()).isEqualTo("/a/b");
            assertThat(each.request().query()).isEqualTo("c");
            assertThat(each.request().headers()).containsEntry("Host", "127.0.0.1:1");
            assertThat(each.request().body()).isEqualTo("abc0123456789");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "GET / HTTP/2.0|| ~ 400",
                "GET  / HTTP/1.1|| ~ 400",
                "GET /| ~ 400",
                "GET localhost HTTP/1.1|| ~ 400",
                "GET ftp://localhost/ HTTP/1.1|| ~ 400",
                "GET http:/// HTTP/1.1|| ~ 400",
                "G\u0001T / HTTP/1.1|| ~ 400",
                "GET / HTTP/1.1|Host : localhost|| ~ 400",
                "GET / HTTP/1.1|Host: a|Host: b|| ~ 400",
                "GET / HTTP/1.1|X: a| folded|| ~ 400",
                "GET / HTTP/1.1|X: a\u0000b|| ~ 400",
                "GET / HTTP/1.1|Content-Length: 1|Content-Length: 2|| ~ 400",
                "GET / HTTP/1.1|Content-Length: -1|| ~ 400",
                "GET / HTTP/1.1|Content-Length: 1|Transfer-Encoding: chunked|| ~ 400",
                "GET / HTTP/1.0|Transfer-Encoding: chunked|| ~ 400",
                "GET / HTTP/1.1|Transfer-Encoding: gzip, chunked|| ~ 501",
                "GET / HTTP/1.1|Transfer-Encoding: chunked||x| ~ 400",
                "GET / HTTP/1.1|Transfer-Encoding: chunked||1|ab| ~ 400",
                "GET / HTTP/1.1|Transfer-Encoding: chunked||100001| ~ 413",
                "GET / HTTP/1.1|Content-Length: 1048577|| ~ 413"
            })
    void whatIsAmbiguousOrTooMuchIsRefused(String text, int status) {
        assertThat(read(text)).isEqualTo(Step.REFUSED);
        assertThat(reader.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / HTTP/1.1|X: ", "GET / HTTP/1.1|Transfer-Encoding: chunked||1;"})
    void noLineIsLongerThanAHead(String beginning) {
        assertThat(read(beginning + "x".repeat(HttpRequestReader.MAX_HEAD_BYTES)))
                .isEqualTo(Step.REFUSED);
    }

    @Test
    void manyLinesAreNotMoreThanAHeadEither() {
        Step step = read("GET / HTTP/1.1|");
        int lines = 0;
        while (step == Step.MORE) {
            step = read("X" + lines++ + ": y|");
        }

        assertThat(step).isEqualTo(Step.REFUSED);
        assertThat(reader.status()).isEqualTo(431);
        assertThat(lines).isLessThan(HttpRequestReader.MAX_HEAD_BYTES / 6);
    }

    @Test
    void aBodyInSmallChunksMayBeAsLongAsAnother() {
        StringBuilder text = new StringBuilder("POST / HTTP/1.1|Transfer-Encoding: chunked||");
        text.append("1|x|".repeat(50_000)).append("0||");

        assertThat(read(text.toString())).isEqualTo(Step.COMPLETE);
        assertThat(reader.request().body()).hasSize(50_000);
    }

    /** Clients escape what they like, the underscores of a new network among it. */
    @ParameterizedTest
    @CsvSource({
        "/controller/network/0123456789%5f%5F____, /controller/network/0123456789______",
        "/%73tatus, /status",
        "/a%2Fb, /a/b",
        "/a+b, /a+b",
        "/a%2bb, /a+b",
        "/%, /%",
        "/%zz%73, /%zz%73",
        "/%3fx, /?x"
    })
    void thePathIsWhatItsEscapesStandFor(String target, String path) {
        assertThat(read("GET " + target + "?a=%73 HTTP/1.1||")).isEqualTo(Step.COMPLETE);
        assertThat(reader.request().path()).isEqualTo(path);
        assertThat(reader.request().query()).isEqualTo("a=%73");
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', '{}'",
        "'\u00ef\u00bb\u00bf{}', '{}'",
        "'{\u00c3\u00bc}', '{\u00fc}'",
        "'\u00c3(', '\uFFFD'",
        "'\u00ed\u00a0\u0080', '\uFFFD'"
    })
    void aBodyIsUtf8WithOrWithoutAMark(String sent, String body) {
        assertThat(read("POST / HTTP/1.1|Content-Length: " + sent.length() + "||" + sent))
                .isEqualTo(Step.COMPLETE);
        assertThat(reader.request().body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.0||', true",
        "'GET / HTTP/1.1||', false",
        "'GET / HTTP/1.1|Connection: x, Close||', true",
        "'GET / HTTP/1.1|Connection: closed||', false"
    })
    void theClientSaysWhetherMoreFollows(String text, boolean last) {
        assertThat(read(text)).isEqualTo(Step.COMPLETE);
        assertThat(reader.isLast()).isEqualTo(last);
    }

    @Test
    void whateverComesEnds() {
        long seed = 77;
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet =
                "GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0123456789abcdef;\u0000\u00ff";
        for (int i = 0; i < 20_000; i++) {
            HttpRequestReader each = new HttpRequestReader();
            StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\n");
            for (int n = random.nextInt(80); n > 0; n--) {
                int at = random.nextInt(alphabet.length());
                text.append(alphabet, at, Math.min(alphabet.length(), at + 1 + random.nextInt(20)));
            }
            ByteBuffer in = bytes(text.toString());
            Step step = readAll(each, in);
            assertThat(step != Step.MORE || !in.hasRemaining()).isTrue();
        }
    }
}
