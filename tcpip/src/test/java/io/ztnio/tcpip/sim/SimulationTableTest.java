package io.ztnio.tcpip.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of simulations: each cell fulfils its criterion and is within a tenth of what is recorded. With
 * {@code -Dztnio.simulations=write} the record and its copy in the documentation are written anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("any-jdk")
class SimulationTableTest {
    private static final boolean WRITE = "write".equals(System.getProperty("ztnio.simulations"));
    private static final Path RECORD = Path.of("src/test/resources/simulations.csv");
    private static final Path DOCUMENT = Path.of("../docs/simulations.md");
    private static final String END_OF_TEXT = "<!-- The table is written by SimulationTableTest. -->";

    private final Map<String, String> measured = new ConcurrentHashMap<>();

    /** Of neighbours, which are alike, one in so many is part of every build. */
    private static final int ONE_IN = 5;

    static Stream<SimulationCell> cells() {
        return SimulationCells.all().stream();
    }

    static Stream<SimulationCell> cellsOfEveryBuild() {
        return cells(true);
    }

    static Stream<SimulationCell> otherCells() {
        return cells(false);
    }

    private static Stream<SimulationCell> cells(boolean ofEveryBuild) {
        List<SimulationCell> all = SimulationCells.all();
        return IntStream.range(0, all.size())
                .filter(place -> (place % ONE_IN == 0) == ofEveryBuild)
                .mapToObj(all::get);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("cellsOfEveryBuild")
    void cellIsAsRecordedAndAsItShouldBe(SimulationCell cell) throws IOException {
        check(cell);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("otherCells")
    @Tag("long")
    void otherCellIsAsRecordedAndAsItShouldBe(SimulationCell cell) throws IOException {
        check(cell);
    }

    private void check(SimulationCell cell) throws IOException {
        double result = cell.measurement().getAsDouble();

        measured.put(cell.id(), cell.csv(result));
        assertThat(result).as(cell.id() + " in " + cell.unit()).isBetween(cell.least(), cell.most());
        if (!WRITE) {
            String line = recorded().stream()
                    .filter(candidate -> candidate.startsWith(cell.id() + ","))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(cell.id() + " is not in the record"));
            double before = Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
            assertThat(result).isCloseTo(before, within(Math.max(0.01, Math.abs(before) * 0.1)));
            assertThat(cell.csv(before)).isEqualTo(line);
        }
    }

    @Test
    void documentHasTheRecordedTable() throws IOException {
        if (!WRITE) {
            String text = Files.readString(DOCUMENT, StandardCharsets.UTF_8);

            assertThat(text).endsWith(END_OF_TEXT + "\n\n" + markdown(recorded()));
        }
    }

    @AfterAll
    void writeWhenAsked() throws IOException {
        if (!WRITE) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(SimulationCell.HEADER);
        cells().forEach(cell ->
                lines.add(Objects.requireNonNull(measured.get(cell.id()), "needs -DexcludedGroups=soak")));
        Files.writeString(RECORD, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
        String text = Files.readString(DOCUMENT, StandardCharsets.UTF_8);
        String kept = text.substring(0, text.indexOf(END_OF_TEXT));
        Files.writeString(DOCUMENT, kept + END_OF_TEXT + "\n\n" + markdown(lines), StandardCharsets.UTF_8);
    }

    private static List<String> recorded() throws IOException {
        return Files.readAllLines(RECORD, StandardCharsets.UTF_8);
    }

    private static String markdown(List<String> lines) {
        StringBuilder table =
                new StringBuilder("| Cell | Link | Impairment | Control | Unit | Bound | At least | At most"
                        + " | Measured |\n|---|---|---|---|---|---|---|---|---|\n");
        for (String line : lines.subList(1, lines.size())) {
            table.append("| ").append(line.replace(",", " | ")).append(" |\n");
        }
        return table.toString();
    }
}
