package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterfaceOutagesTest {
    @TempDir
    private Path directory;

    private final InetAddress wired = InetAddress.getByName("10.1.1.1");
    private final InetAddress wireless = InetAddress.getByName("10.2.2.2");
    private final Map<String, List<InetAddress>> both = Map.of("eth0", List.of(wired), "wlan0", List.of(wireless));
    private InterfaceOutages outages;

    InterfaceOutagesTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        outages = new InterfaceOutages(directory);
        counted("eth0", 2);
        counted("wlan0", 7);
    }

    private void counted(String name, int changes) throws IOException {
        Files.createDirectories(directory.resolve(name));
        Files.writeString(directory.resolve(name).resolve("carrier_changes"), changes + "\n");
    }

    @Test
    void onlyTheAddressesOfAnInterfaceThatWasAwayAreToldAndOnce() throws IOException {
        assertThat(outages.look(both))
                .as("the first look knows nothing of before")
                .isEmpty();
        assertThat(outages.look(both)).isEmpty();

        counted("wlan0", 9);

        assertThat(outages.look(both)).containsExactly(wireless);
        assertThat(outages.look(both)).isEmpty();
    }

    @Test
    void anInterfaceThatWasNotThereAtTheLastLookHasNotBeenAwayInBetween() throws IOException {
        outages.look(both);
        outages.look(Map.of("eth0", List.of(wired)));
        counted("wlan0", 9);

        assertThat(outages.look(both)).isEmpty();
    }

    @Test
    void aSystemThatDoesNotCountHasNoOutages() {
        InterfaceOutages elsewhere = new InterfaceOutages(directory.resolve("none"));

        elsewhere.look(both);

        assertThat(elsewhere.look(both)).isEmpty();
    }
}
