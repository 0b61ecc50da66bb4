package io.ztnio.jmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Two small results, of which each line is something else. */
@Tag("any-jdk")
class CompareTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static String file(String name) throws URISyntaxException {
        return Path.of(CompareTest.class.getResource(name).toURI()).toString();
    }

    private int run(String... args) {
        return Compare.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatDiffersByMoreThanItsErrorsIsTold() throws URISyntaxException {
        assertThat(run(file("before.json"), file("after.json"))).isZero();

        assertThat(output().lines())
                .contains(
                        // The time of one has halved.
                        "| `GateBenchmark.post` | 120.0 ± 5.000 | 60.00 ± 3.000 | ns/op | 2.000 ± 0.1302 | faster |",
                        "| `ChannelBenchmark.pingPong provider=NETWORK` | 9.000 ± 0.2000 | 10.00 ± 0.2000 | us/op |"
                                + " 0.9000 ± 0.02691 | slower |",
                        // More of them in a second.
                        "| `TcpPipelineBenchmark.transfer suite=3` | 200000 ± 1000 | 250000 ± 2000 | ops/s |"
                                + " 1.250 ± 0.01179 | faster |");
        assertThat(output().lines()
                        .filter(line -> line.contains("beyond the errors"))
                        .toList())
                .singleElement()
                .asString()
                .contains("pingPong provider=JDK");
        assertThat(output().lines().filter(line -> line.contains("not known")).toList())
                .singleElement()
                .asString()
                .contains("IdentityHashBenchmark.digest", "| 2.000 |");
    }

    @Test
    void whatOnlyOneHasIsNamedAndNotCompared() throws URISyntaxException {
        run(file("before.json"), file("after.json"));

        assertThat(output().lines())
                .contains(
                        "OldBenchmark.gone: only before",
                        "NewBenchmark.come: only after",
                        "UnitBenchmark.changed: us/op before, ns/op after");
        assertThat(output()).doesNotContain("| `OldBenchmark", "| `UnitBenchmark");
    }

    @Test
    void theDrawingHasABarForEachPair(@TempDir Path directory) throws Exception {
        Path svg = directory.resolve("plot.svg");

        assertThat(run(file("before.json"), file("after.json"), "--svg", svg.toString()))
                .isZero();

        Document drawing = parsed(Files.readString(svg));
        // The ground is one too.
        assertThat(drawing.getElementsByTagName("rect").getLength()).isEqualTo(5 + 1);
        assertThat(drawing.getDocumentElement().getTextContent())
                .contains("where before is 1: after", "GateBenchmark.post", "2.00", "0.90");
        for (int i = 1; i < drawing.getElementsByTagName("rect").getLength(); i++) {
            String width = drawing.getElementsByTagName("rect")
                    .item(i)
                    .getAttributes()
                    .getNamedItem("width")
                    .getNodeValue();
            assertThat(Double.parseDouble(width)).isBetween(0.0, 230.0);
        }
    }

    private static Document parsed(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    @Test
    void whatIsNoResultIsRefusedByItsName(@TempDir Path directory) throws IOException, URISyntaxException {
        for (String content : new String[] {"", "{}", "[1]", "[{}]", "text"}) {
            Path other = Files.writeString(directory.resolve("other.json"), content);

            assertThat(run(file("before.json"), other.toString())).as(content).isEqualTo(2);
        }
        assertThat(run(file("before.json"), directory.resolve("missing").toString()))
                .isEqualTo(2);
        assertThat(run(file("before.json"))).isEqualTo(2);
        assertThat(run(file("before.json"), file("after.json"), "--svg")).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("other.json", "missing: there is no such file", "before.json after.json");
        assertThat(output()).isEmpty();
    }
}
