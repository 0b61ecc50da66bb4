package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StatusFileTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4e13ceece4:0:4a0bfc20eb78a17fee0a2889441c90841abac75674880b81ff45350b730d8075:aeb9fc",
                "{\"id\": \"4e13ceece4\", \"signingKey_SECRET\": \"00\"}",
                "[]",
                "\u0001\u0000\u0002"
            })
    void aFileThatIsNoStatusIsKept(String content) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("file"), content);

        assertThat(StatusFile.holdsSomethingElse(file)).isTrue();
        StatusFile status = StatusFile.start(() -> true, () -> Map.of("address", "x", "online", true), file);
        status.awaitEnd();

        assertThat(file).hasContent(content);
    }

    @Test
    void nothingIsWrittenAfterTheClose() throws IOException, InterruptedException {
        Path file = directory.resolve("file");
        CountDownLatch written = new CountDownLatch(1);
        StatusFile status = StatusFile.start(
                () -> true,
                () -> {
                    written.countDown();
                    return Map.of("address", "x", "online", true);
                },
                file);
        written.await();

        status.close();

        assertThat(status.isWritten()).isFalse();
        assertThat(file).exists();
    }

    /** In a folder that others write to, somebody may have put a link where the next status is written. */
    @Test
    void aLinkIsReplacedAndWhatItLeadsToIsKept() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "an identity");
        Path file = directory.resolve("file");
        Files.createSymbolicLink(directory.resolve("file.next"), precious);

        writeOnce(file);

        assertThat(precious).hasContent("an identity");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(file).content().contains("\"online\"");
    }

    @Test
    void nobodyElseMayWriteIt() throws IOException {
        Path file = directory.resolve("file");

        writeOnce(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .startsWith("rw-")
                .doesNotMatch("...(.w.|....w).*");
    }

    private static void writeOnce(Path file) {
        CountDownLatch asked = new CountDownLatch(1);
        StatusFile status = StatusFile.start(
                () -> true,
                () -> {
                    asked.countDown();
                    return Map.of("address", "x", "online", true);
                },
                file);
        try {
            asked.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        status.close();
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithTheReasonAndWithoutAStackTrace() throws Exception {
        Path file = directory.resolve("nowhere/file");
        BlockingQueue<LogRecord> said = new LinkedBlockingQueue<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getMessage().contains(file.toString())) {
                    said.add(line);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.ztnio");
        logger.addHandler(handler);
        StatusFile status = StatusFile.start(() -> true, () -> Map.of("address", "x", "online", true), file);
        try {
            LogRecord line = said.take();

            assertThat(line.getMessage())
                    .isEqualTo("cannot write ztnio.status.file=" + file + ": there is no " + file
                            + ".next; it is tried again");
            assertThat(line.getThrown()).isNull();
        } finally {
            status.close();
            logger.removeHandler(handler);
        }
    }

    @Test
    void anOlderStatusAnEmptyFileAndNoneAreReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "{\"address\":\"0123456789\",\"online\":false}");

        assertThat(StatusFile.holdsSomethingElse(file)).isFalse();
        assertThat(StatusFile.holdsSomethingElse(directory.resolve("missing"))).isFalse();
        assertThat(StatusFile.holdsSomethingElse(Files.createFile(directory.resolve("empty"))))
                .isFalse();
    }
}
