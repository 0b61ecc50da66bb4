package io.ztnio.provider.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JDK of which only {@code java.base} is there. The same in the packaged jar, with a node: in the module {@code it}. */
class OptionalModulesTest {
    private static final List<String> BASE_ONLY = List.of("--limit-modules", "java.base", ChildProgram.PROVIDER);

    @Test
    void withoutNetworksNothingNeedsAnOptionalModule() throws Exception {
        ChildProgram.Result result = ChildProgram.run(BaseOnlyProgram.class, BASE_ONLY, "127.0.0.1");

        assertExchanged(result);
    }

    @Test
    void onTheVirtualStackNothingNeedsAnOptionalModule() throws Exception {
        List<String> options = new ArrayList<>(BASE_ONLY);
        options.add("-Dztnio.networks=00000000cafe2001");
        options.add("-Dztnio.transport=overlay-memory");
        options.add("-Dztnio.overlay.addresses=10.94.0.7/24");

        ChildProgram.Result result = ChildProgram.run(BaseOnlyProgram.class, options, "10.94.0.7");

        assertExchanged(result);
    }

    private static void assertExchanged(ChildProgram.Result result) {
        assertThat(result.output())
                .startsWith("ZeroTierSelectorProvider")
                .endsWith("exchanged" + System.lineSeparator())
                .contains("SO_RCVBUF")
                .doesNotContain("TCP_KEEPIDLE", "TCP_QUICKACK", "Error");
        assertThat(result.exitCode()).isZero();
    }
}
