package io.ztnio.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One short iteration of each: the benchmarks are found, and the rigs work. */
class BenchmarksStartTest {
    /** One value of what would otherwise be run with each of many; others have one that does for all. */
    private static final Map<String, Map<String, String>> PARAMETERS = Map.of(
            "ArmorBenchmark", Map.of("suite", "AES_GMAC_SIV", "length", "1400"),
            "FlowsBenchmark", Map.of("flows", "64"),
            "LossBenchmark", Map.of("lostEach", "20"),
            "SelectorBenchmark", Map.of("keys", "1", "provider", "NETWORK"),
            "TcpPipelineBenchmark", Map.of("suite", "3"));

    static List<String> classes() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream()
                .map(BenchmarkListEntry::getUsername)
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void thereAreBenchmarks() {
        assertThat(classes()).contains(TcpPipelineBenchmark.class.getName()).hasSizeGreaterThan(15);
    }

    /** But for {@link NetworkBenchmark}, which makes a planet for each set of its parameters. */
    static Stream<String> quickClasses() {
        return classes().stream().filter(name -> !name.equals(NetworkBenchmark.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("quickClasses")
    void everyBenchmarkMeasuresSomething(String name) throws RunnerException {
        String simple = name.substring(name.lastIndexOf('.') + 1);

        measuresSomething(name + "\\..*", PARAMETERS.getOrDefault(simple, Map.of()));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void channelsOfANetworkMeasureSomething(String benchmark, Map<String, String> parameters) throws RunnerException {
        measuresSomething(NetworkBenchmark.class.getName() + "." + benchmark + "$", parameters);
    }

    static Stream<Object[]> networks() {
        return Stream.of(
                new Object[] {"(pingPong|datagram)", Map.of("family", "IPV4", "threads", "0")},
                new Object[] {"(stream|connectAndAccept)", Map.of("family", "IPV6", "threads", "2")});
    }

    private static void measuresSomething(String include, Map<String, String> parameters) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(20))
                .shouldFailOnError(true);
        parameters.forEach(options::param);

        Collection<RunResult> results = new Runner(options.build()).run();

        assertThat(results).isNotEmpty().allSatisfy(result -> {
            // What takes longer than the iteration has nothing to report, but has run.
            assertThat(result.getPrimaryResult().getScore()).isNotNegative();
            assertThat(result.getAggregatedResult().getIterationResults()).isNotEmpty();
        });
    }
}
