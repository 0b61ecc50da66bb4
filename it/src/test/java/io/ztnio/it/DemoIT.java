package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demo of the README, with a smaller file. */
@Tag("any-jdk")
class DemoIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @Test
    void transfersTheFileBothWaysOverBothIpVersionsAndDirectly() throws IOException {
        Finished demo =
                JavaProgram.cli("demo", "--size", "10", "--json").start().awaitExit(TIMEOUT);

        assertThat(demo.exitCode()).as(demo.output()).isZero();
        Map<String, Object> report = JSON.std.mapFrom(demo.output());
        List<?> transfers = (List<?>) report.get("transfers");
        System.out.println("demo: " + demo.output());
        assertThat(report).containsEntry("succeeded", true);
        assertThat(transfers)
                .hasSize(4)
                .allSatisfy(transfer -> assertThat((Map<?, ?>) transfer)
                        .extracting("bytes", "digestMatches")
                        .containsExactly(10_000_000, true));
        assertThat(transfers)
                .extracting(
                        transfer -> ((Map<?, ?>) transfer).get("url").toString().contains("["))
                .contains(true, false);
        assertThat((List<?>) report.get("hops"))
                .isNotEmpty()
                .allSatisfy(
                        hop -> assertThat((Map<?, ?>) hop).extracting("direct").isEqualTo(true));
    }

    @Test
    void theHumanReportNamesTheTransfersAndEndsWithTheTimeItTook() {
        Finished demo = JavaProgram.cli("demo", "--size", "1").start().awaitExit(TIMEOUT);

        assertThat(demo.exitCode()).as(demo.output()).isZero();
        assertThat(demo.output().lines().filter(line -> line.contains("digest equal")))
                .hasSize(4);
        assertThat(demo.output().lines().reduce((first, second) -> second).orElse(""))
                .startsWith("done ");
    }
}
