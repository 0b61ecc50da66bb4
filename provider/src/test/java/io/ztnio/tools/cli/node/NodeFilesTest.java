package io.ztnio.tools.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeFilesTest {
    @TempDir
    Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file.json"), content);
    }

    private static NetworkFile network(String content) throws IOException {
        return NetworkFile.parse(Path.of("network.json"), content);
    }

    @Test
    void aStatusFileIsRead() throws IOException {
        Path file = file("""
                {"address":"0123456789","online":true,
                 "networks":[{"id":"8056c2e21c000001","status":"OK","addresses":["10.0.0.1/24","fd00::1/64"]}],
                 "peers":[{"address":"aabbccddee","role":"LEAF","direct":true,"path":"127.0.0.1/1","latencyMillis":2}]}
                """);

        assertThat(NodeStatus.read(file))
                .contains(new NodeStatus(
                        "0123456789",
                        true,
                        List.of(new NodeStatus.Network("8056c2e21c000001", "OK", List.of("10.0.0.1/24", "fd00::1/64"))),
                        List.of(new NodeStatus.PeerLink("aabbccddee", "LEAF", true, "127.0.0.1/1", 2))));
        assertThat(NodeStatus.read(file).orElseThrow().peer("aabbccddee")).isPresent();
    }

    @Test
    void aStatusFileThatIsNotThereYetIsNoStatus() throws IOException {
        assertThat(NodeStatus.read(directory.resolve("later"))).isEmpty();
    }

    @Test
    void aNetworkDefinitionIsRead() throws IOException {
        NetworkFile file = network("""
                {"id":"8056c2e21c000001","name":"test","private":true,"mtu":1500,
                 "v6AssignMode":{"rfc4193":true},
                 "routes":[{"target":"10.1.0.0/16"},{"target":"10.2.0.0/16","via":"10.1.0.1"}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.1.0.1","ipRangeEnd":"10.1.0.9"}],
                 "authorizedMembers":["0123456789"]}
                """);
        ;

        NetworkDefinition definition = file.definition(0x8056c2e21cL);

        assertThat(definition.networkId()).isEqualTo(0x8056c2e21c000001L);
        assertThat(definition.name()).isEqualTo("test");
        assertThat(definition.isPrivate()).isTrue();
        assertThat(definition.mtuBytes()).isEqualTo(1500);
        assertThat(definition.rfc4193()).isTrue();
        assertThat(definition.sixPlane()).isFalse();
        assertThat(definition.routes())
                .containsExactly(
                        new Route(new InetPrefix(InetAddress.getByName("10.1.0.0"), 16)),
                        new Route(
                                new InetPrefix(InetAddress.getByName("10.2.0.0"), 16),
                                InetAddress.getByName("10.1.0.1")));
        assertThat(definition.pools())
                .containsExactly(new AddressPool(InetAddress.getByName("10.1.0.1"), InetAddress.getByName("10.1.0.9")));
        assertThat(file.authorizedMembers()).containsExactly(0x0123456789L);
    }

    @Test
    void aShortIdIsCompletedWithTheControllersAddress() throws IOException {
        assertThat(network("{}").id(0x8056c2e21cL)).isEqualTo(0x8056c2e21c000001L);
        assertThat(network("{\"id\":\"2a\"}").id(0x8056c2e21cL)).isEqualTo(0x8056c2e21c00002aL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{\"id\":\"x\"}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{}]}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{\"target\":\"10.0.0.0\"}]}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{\"target\":\"host/8\"}]}",
                "{\"id\":\"8056c2e21c000001\",\"authorizedMembers\":[\"y\"]}"
            })
    void aBrokenDefinitionNamesItsFile(String content) throws IOException {
        Path file = file(content);

        assertThatIOException()
                .isThrownBy(() -> NetworkFile.parse(file, content))
                .withMessageContaining("file.json is not the definition of a network");
    }
}
