package io.ztnio.provider.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OsProviderTest {
    @ParameterizedTest
    @EnumSource(
            value = JdkProviders.Way.class,
            names = {"SECURITY_SERVICE", "SERIALIZATION"})
    void findsAWorkingProviderWithoutFlags(JdkProviders.Way way) throws Exception {
        SelectorProvider found = (SelectorProvider) way.find(JdkProviders.SELECTORS);

        try (SocketChannel channel = found.openSocketChannel();
                Selector selector = found.openSelector()) {
            channel.configureBlocking(false);
            assertThat(channel.register(selector, 0).isValid()).isTrue();
            assertThat(found.getClass().getModule().getName()).isEqualTo("java.base");
        }
    }

    @Test
    void givesTheSameProviderEachTime() {
        assertThat(OsProvider.get()).isSameAs(OsProvider.get());
        assertThat(OsProvider.get().getClass().getModule().getName()).isEqualTo("java.base");
    }

    @Test
    void isOnlyInsideWhileOpening() throws IOException {
        assertThat(OsProvider.isInside()).isFalse();
        try (Selector selector = OsProvider.openSelector()) {
            assertThat(selector.provider()).isSameAs(OsProvider.get());
        }
        assertThat(OsProvider.isInside()).isFalse();
    }

    @Test
    void refusesWithAReasonWhenNothingIsFound() {
        SelectorProvider unavailable = new UnavailableProvider();

        assertThatThrownBy(unavailable::openSocketChannel).isInstanceOf(IOException.class);
        assertThatThrownBy(unavailable::openSelector).isInstanceOf(IOException.class);
    }
}
