package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Identities and signatures of {@code idtool} and of the stock tool are good for each other. */
@RealDaemon
@Tag("any-jdk")
class IdToolIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void theStockToolAcceptsOurIdentityAndItsSignature() throws IOException {
        String secret = directory.resolve("secret").toString();
        String publicPart = directory.resolve("public").toString();
        String message = message();

        Finished generated = ours("generate", secret, publicPart);
        Finished signed = ours("sign", secret, message);

        assertThat(generated.exitCode()).as(generated.output()).isZero();
        assertThat(stock("validate", secret).exitCode()).isZero();
        assertThat(stock("validate", publicPart).exitCode()).isZero();
        assertThat(stock("verify", publicPart, message, signed.output()).exitCode())
                .isZero();
        assertThat(stock("getpublic", secret).output()).isEqualTo(Files.readString(Path.of(publicPart)));
    }

    @Test
    void weAcceptTheStockToolsIdentityAndItsSignature() throws IOException {
        String secret = directory.resolve("secret").toString();
        String publicPart = directory.resolve("public").toString();
        String message = message();

        stock("generate", secret, publicPart).orThrow();
        String signature = stock("sign", secret, message).orThrow().output();

        assertThat(ours("validate", secret).exitCode()).isZero();
        assertThat(ours("verify", publicPart, message, signature).exitCode()).isZero();
        assertThat(ours("verify", publicPart, secret, signature).exitCode()).isEqualTo(1);
        assertThat(ours("sign", secret, message).output()).isEqualTo(signature);
    }

    private String message() throws IOException {
        return Files.writeString(directory.resolve("message"), "what was signed")
                .toString();
    }

    private static Finished ours(String... arguments) {
        return JavaProgram.cli("idtool").with(arguments).start().awaitExit(TIMEOUT);
    }

    private static Finished stock(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("ztnio.it.zerotier-one"), "-i"));
        command.addAll(List.of(arguments));
        return RunningProcess.start("idtool", command, "").awaitExit(TIMEOUT);
    }
}
