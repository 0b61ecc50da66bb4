package io.ztnio.protocol.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One home, one node: within a process, between class loaders, and between processes. */
@Timeout(120)
@SuppressWarnings("try") // holding the lock is all
class HomeLockTest {
    private static final int REFUSED = 3;

    @TempDir
    private Path directory;

    @Test
    void aSecondNodeOfTheProcessIsRefusedAndOtherProcessesStayOut() throws Exception {
        try (HomeLock first = HomeLock.take(directory)) {
            assertRefused(directory);

            assertThat(otherProcess(directory)).isEqualTo(REFUSED);
        }
        assertThat(otherProcess(directory)).isZero();
        HomeLock.take(directory).close();
    }

    @Test
    void twoClassLoadersCount() throws Exception {
        // The platform's loader would find the class in our module.
        URL[] classes = {HomeLock.class.getProtectionDomain().getCodeSource().getLocation()};
        try (URLClassLoader loader = new URLClassLoader(classes, null);
                HomeLock first = HomeLock.take(directory)) {
            Class<?> other = loader.loadClass(HomeLock.class.getName());
            assertThat(other).isNotSameAs(HomeLock.class);

            assertThatThrownBy(() -> other.getMethod("take", Path.class).invoke(null, directory))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("in use by another running node")
                    .hasMessageContaining("(ztnio.home, --home)");
            assertThat(otherProcess(directory)).isEqualTo(REFUSED);
        }
    }

    @Test
    void anotherSpellingAndALinkAreTheSameHome() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), home);
        try (HomeLock first = HomeLock.take(link)) {
            assertRefused(home);
            assertRefused(link);
            assertRefused(directory.resolve("link/../home"));
            assertRefused(directory.resolve("./home/."));

            assertThat(otherProcess(home)).isEqualTo(REFUSED);
        }
    }

    @Test
    void aLockFileThatIsSharedIsOneHome() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path twin = Files.createDirectory(directory.resolve("twin"));
        HomeLock.take(home).close();
        Files.createLink(twin.resolve("ztnio.lock"), home.resolve("ztnio.lock"));

        try (HomeLock first = HomeLock.take(home)) {
            assertRefused(twin);

            assertThat(otherProcess(home)).isEqualTo(REFUSED);
        }
    }

    @Test
    void replacedSystemPropertiesDoNotOpenTheDoor() throws Exception {
        Properties before = System.getProperties();
        try (HomeLock first = HomeLock.take(directory)) {
            System.setProperties(new Properties());
            try {
                assertRefused(directory);
            } finally {
                System.setProperties(before);
            }

            assertThat(otherProcess(directory)).isEqualTo(REFUSED);
        }
    }

    @Test
    void whoIsRefusedMayTryAgainWhenTheOtherIsGone() throws IOException {
        HomeLock first = HomeLock.take(directory);
        assertRefused(directory);

        first.close();
        first.close();

        HomeLock second = HomeLock.take(directory);
        first.close();
        assertRefused(directory);
        second.close();
    }

    /** A backup reads every file of the home: POSIX drops the locks of the process that closes one. */
    @Test
    void theLockHoldsThoughTheProcessReadsAndClosesItsFile() throws Exception {
        try (HomeLock first = HomeLock.take(directory)) {
            Files.readAllBytes(directory.resolve("ztnio.lock"));

            assertThat(otherProcess(directory)).isEqualTo(REFUSED);
            assertRefused(directory);
        }
        assertThat(directory.resolve("ztnio.lock")).isEmptyFile();
        assertThat(otherProcess(directory)).isZero();
    }

    @Test
    void whoIsRefusedForTheLocksSakeIsToldItsProcessAndTheLockStays() throws Exception {
        Process other = java(directory.toString(), "holds")
                .redirectInput(Redirect.PIPE)
                .redirectOutput(Redirect.PIPE)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('h');

            for (int i = 0; i < 2; i++) {
                assertThatIOException()
                        .isThrownBy(() -> HomeLock.take(directory))
                        .withMessageContaining("in use by another running node, process " + other.pid() + ";");
            }
            assertThat(otherProcess(directory)).isEqualTo(REFUSED);
        } finally {
            other.destroyForcibly().waitFor();
        }
        HomeLock.take(directory).close();
    }

    @Test
    void whoIsRefusedByANodeOfItsOwnProcessIsToldSo() throws IOException {
        try (HomeLock first = HomeLock.take(directory)) {
            assertThatIOException()
                    .isThrownBy(() -> HomeLock.take(directory))
                    .withMessageContaining("in use by another running node of this process;");
        }
    }

    @Test
    void whoIsRefusedForTheOwnersSakeIsToldItsProcess() throws Exception {
        Process other =
                java(directory.toString(), "waits").redirectInput(Redirect.PIPE).start();
        try {
            Files.writeString(
                    directory.resolve("ztnio.lock"),
                    other.pid() + " "
                            + other.info().startInstant().orElseThrow().toEpochMilli() + "\n");

            assertThatIOException()
                    .isThrownBy(() -> HomeLock.take(directory))
                    .withMessageContaining("in use by another running node, process " + other.pid() + ";");
        } finally {
            other.destroyForcibly().waitFor();
        }
        HomeLock.take(directory).close();
    }

    @Test
    void anOwnerThatWasKilledOrWhoseNumberAnotherProcessHasIsNoHindrance() throws Exception {
        Path file = directory.resolve("ztnio.lock");
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        for (String left : List.of("4194999 1700000000000\n", parent + " 1700000000000\n", parent + " 0\n", "x", "")) {
            Files.writeString(file, left);

            HomeLock.take(directory).close();
        }
    }

    @Test
    void aHomeThatTheDaemonRunsOnIsRefusedAndOneThatItHasLeftIsNot() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Process process = java(home.toString(), "zerotier-one")
                .redirectInput(Redirect.PIPE)
                .start();
        try {
            Files.writeString(home.resolve("zerotier-one.pid"), process.pid() + "\n");

            assertThatIOException()
                    .isThrownBy(() -> HomeLock.take(home))
                    .withMessageContaining("in use by zerotier-one, process " + process.pid());
        } finally {
            process.destroyForcibly().waitFor();
        }
        HomeLock.take(home).close();
        Files.writeString(
                home.resolve("zerotier-one.pid"), ProcessHandle.current().pid() + "\n");
        HomeLock.take(home).close();
    }

    @Test
    void aHomeThatIsAFileIsNamedAsWhatItIs() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatIOException()
                .isThrownBy(() -> HomeLock.take(file))
                .withMessageContaining("ztnio.home=" + file)
                .withMessageContaining("is not a directory");
    }

    private static void assertRefused(Path home) {
        assertThatIOException()
                .isThrownBy(() -> HomeLock.take(home))
                .withMessageContaining("in use by another running node");
    }

    private static int otherProcess(Path home) throws IOException, InterruptedException {
        Process process = java(home.toString()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Surefire puts the module and what it requires on the module path.
                String.join(
                        File.pathSeparator,
                        System.getProperty("java.class.path"),
                        System.getProperty("jdk.module.path", ""),
                        Path.of(System.getProperty("basedir", ""), "target", "test-classes")
                                .toString()),
                Contender.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO();
    }

    /** Tries to take a home in a process of its own. */
    static final class Contender {
        private Contender() {}

        public static void main(String[] arguments) throws IOException {
            if (arguments.length > 1 && arguments[1].equals("holds")) {
                try (HomeLock lock = HomeLock.take(Path.of(arguments[0]))) {
                    System.out.print('h');
                    System.out.flush();
                    System.exit(System.in.read());
                }
            }
            if (arguments.length > 1) {
                // Plays the daemon until it is told to end.
                System.exit(System.in.read());
            }
            try (HomeLock lock = HomeLock.take(Path.of(arguments[0]))) {
                System.exit(0);
            } catch (IOException e) {
                System.exit(e.getMessage().contains("in use by another running node") ? REFUSED : 1);
            }
        }
    }
}
