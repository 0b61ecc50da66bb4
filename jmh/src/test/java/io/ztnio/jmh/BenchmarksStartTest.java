package io.ztnio.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** One short iteration: the benchmarks are found, and the rigs work. */
class BenchmarksStartTest {
    private static Collection<RunResult> run(String include) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(include)
                        .param("suite", "3")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(20))
                        .shouldFailOnError(true)
                        .build())
                .run();
    }

    @Test
    void theWholePipelineTransfersSegments() throws RunnerException {
        Collection<RunResult> results = run("TcpPipelineBenchmark.transfer");

        assertThat(results)
                .singleElement()
                .satisfies(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    void overlayFramesAreMadeOpenedAndDelivered() throws RunnerException {
        Collection<RunResult> results = run("OverlayFrameBenchmark");

        // Three benchmarks, encrypted and not.
        assertThat(results)
                .hasSize(6)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    void aRootAnswersThoseItKnows() throws RunnerException {
        Collection<RunResult> results = run("RootBenchmark");

        // HELLO and WHOIS.
        assertThat(results)
                .hasSize(2)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    void aRootPassesOnWhatItsPeersSend() throws RunnerException {
        Collection<RunResult> results = run("RelayBenchmark");

        // Two benchmarks of two lengths.
        assertThat(results)
                .hasSize(4)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
