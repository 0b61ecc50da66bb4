package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@EnabledOnOs(OS.LINUX) // whose limits they are
class KeepAliveContractTest {
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void numbersAreReadBackOrRefusedAsTheSystemDoes(TestedStack stack) throws IOException {
        try (TestedStack.Pair pair = stack.connect()) {
            SocketChannel channel = pair.client();

            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
            for (int wrong : new int[] {-1, 0, 128}) {
                assertThatThrownBy(() -> channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, wrong))
                        .isExactlyInstanceOf(SocketException.class)
                        .hasMessage("Invalid argument");
            }
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void numbersAreRefusedBeforeTheStackIsKnownToo(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel()) {
            assertThatThrownBy(() -> channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 0))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Invalid argument");
        }
    }
}
