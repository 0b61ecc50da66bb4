package io.ztnio.provider.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.EphemeralPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortsTest {
    @TempDir
    private Path directory;

    @Test
    void theRangeIsWhatTheFileSays() throws IOException {
        assertThat(HostPorts.read(Files.writeString(directory.resolve("range"), "15000\t15999\n")))
                .isEqualTo(new EphemeralPorts(15_000, 15_999));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "15000", "5 4", "0 65536"})
    void nonsenseGivesLinuxsOwn(String text) throws IOException {
        assertThat(HostPorts.read(Files.writeString(directory.resolve("range"), text)))
                .isEqualTo(EphemeralPorts.DEFAULT);
    }

    @Test
    void soDoesNoFile() {
        assertThat(HostPorts.read(directory.resolve("none"))).isEqualTo(EphemeralPorts.DEFAULT);
    }
}
