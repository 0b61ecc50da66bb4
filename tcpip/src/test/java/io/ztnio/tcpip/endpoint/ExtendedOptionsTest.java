package io.ztnio.tcpip.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class ExtendedOptionsTest {
    /** Loads this module's main classes anew, and knows no {@code jdk.net}. */
    private static final class WithoutJdkNet extends URLClassLoader {
        WithoutJdkNet() {
            super(
                    new URL[] {
                        ExtendedOptions.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                    },
                    ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("jdk.net.")) {
                throw new ClassNotFoundException(name);
            }
            if (name.startsWith("io.ztnio.")) {
                // The platform's loader would find it in our module.
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void theOptionsAreTheJdksWhereItHasThem() {
        assertThat(ExtendedOptions.SUPPORTED)
                .isEqualTo(Set.of(
                        ExtendedSocketOptions.TCP_QUICKACK,
                        ExtendedSocketOptions.TCP_KEEPIDLE,
                        ExtendedSocketOptions.TCP_KEEPINTERVAL,
                        ExtendedSocketOptions.TCP_KEEPCOUNT));
        assertThat(ExtendedOptions.TCP_KEEPCOUNT).isSameAs(ExtendedSocketOptions.TCP_KEEPCOUNT);
    }

    @Test
    void withoutJdkNetNoneIsSupportedAndNothingFails() throws IOException, ReflectiveOperationException {
        try (WithoutJdkNet loader = new WithoutJdkNet()) {
            Class<?> type = loader.loadClass(ExtendedOptions.class.getName());

            assertThat(type).isNotSameAs(ExtendedOptions.class);
            assertThat((Set<?>) type.getField("SUPPORTED").get(null)).isEmpty();
            assertThat(type.getField("TCP_KEEPIDLE").get(null))
                    .isNotNull()
                    .isNotEqualTo(type.getField("TCP_KEEPINTERVAL").get(null));
        }
    }
}
