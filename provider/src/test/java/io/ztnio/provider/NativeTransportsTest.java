package io.ztnio.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.fake.OpenedSelector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each class of Netty's is initialised once in a JVM, so each test has one of its own. */
class NativeTransportsTest {
    private final Logger logger = Logger.getLogger("io.ztnio");
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
            if (logRecord.getMessage().contains("Netty")) {
                warnings.add(logRecord.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    @Test
    void aNativeTransportThatCouldBeLoadedIsWarnedOfOnceWithThePropertyThatTurnsItOff() throws InterruptedException {
        io.netty.channel.epoll.Native.load();
        awaitLook();
        io.netty.channel.epoll.Native.load();
        OpenedSelector.openAndClose();
        awaitLook();

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .contains("native transport epoll is in use (io.netty.channel.epoll)")
                .contains("-Dio.netty.transport.noNative=true (see docs/programs.md)");
    }

    @Test
    void aCopyUnderAnotherNameHasAPropertyOfItsOwn() throws InterruptedException {
        shaded.io.netty.channel.uring.Native.load();
        awaitLook();

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .contains("native transport uring is in use (shaded.io.netty.channel.uring)")
                .contains("-Dshaded.io.netty.transport.noNative=true");
    }

    @Test
    void whatCouldNotBeLoadedIsNotWarnedOf() throws InterruptedException {
        assertThatThrownBy(broken.io.netty.channel.epoll.Native::load).isInstanceOf(LinkageError.class);
        awaitLook();

        assertThat(warnings).isEmpty();
    }

    /** The thread that waits for the class ends when it has told. */
    private static void awaitLook() throws InterruptedException {
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().equals("ztnio-native-transport")) {
                each.join(60_000);
            }
        }
    }
}
