package io.ztnio.tools.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatientLookupTest {
    private final List<String> said = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void aNameThatIsKnownLaterIsWaitedFor() throws Exception {
        String found = PatientLookup.await(Duration.ofMinutes(1), said::add, () -> {
            int look = looks.incrementAndGet();
            if (look == 1) {
                throw new UnknownHostException("db.example");
            }
            if (look == 2) {
                throw new CommandFailure("db.example is not known here", new UnknownHostException("db.example"));
            }
            return "10.1.2.3";
        });

        assertThat(found).isEqualTo("10.1.2.3");
        assertThat(looks).hasValue(3);
        assertThat(said).containsExactly("waiting up to 60 s: db.example: unknown host");
    }

    @Test
    void whatIsNotKnownInTimeFailsWithItsReason() {
        assertThatThrownBy(() -> PatientLookup.await(Duration.ZERO, said::add, () -> {
                    looks.incrementAndGet();
                    throw new UnknownHostException("db.example");
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("db.example: unknown host");
        assertThat(looks).hasValue(1);
        assertThat(said).isEmpty();
    }

    @Test
    void anotherFailureIsNotWaitedFor() {
        assertThatThrownBy(() -> PatientLookup.await(Duration.ofMinutes(1), said::add, () -> {
                    looks.incrementAndGet();
                    throw new CommandFailure("10.9.9.9 is not on the network");
                }))
                .hasMessage("10.9.9.9 is not on the network");
        assertThat(looks).hasValue(1);
    }
}
