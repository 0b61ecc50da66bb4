package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.SignatureChecks.Sender;
import io.ztnio.protocol.network.SignatureChecks.Verdict;
import io.ztnio.protocol.sim.SimIdentities;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class SignatureChecksTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final Identity CONTROLLER = SimIdentities.of(3);
    private static final Identity MEMBER = SimIdentities.of(1);

    private final SignatureChecks checks = new SignatureChecks(new SplittableRandom(1));
    private int verified;

    private Verdict verify(CertificateOfMembership com, long sender, Sender kind, long nowMillis) {
        return checks.verify(
                com,
                List.of(CONTROLLER),
                () -> {
                    verified++;
                    return com.verify(CONTROLLER);
                },
                sender,
                kind,
                nowMillis);
    }

    private static CertificateOfMembership good(long timestamp) {
        return CertificateOfMembership.sign(CONTROLLER, 1, timestamp, 1, MEMBER);
    }

    /** By somebody else, in the controller's name. */
    private static CertificateOfMembership bad(long timestamp) {
        byte[] forged = CertificateOfMembership.sign(SimIdentities.of(9), 1, timestamp, 1, MEMBER)
                .encode();
        byte[] genuine = good(timestamp).encode();
        System.arraycopy(genuine, 3 + 7 * 24, forged, 3 + 7 * 24, 5);
        return CertificateOfMembership.read(new io.ztnio.protocol.wire.ByteReader(forged))
                .orElseThrow();
    }

    @Test
    void aSignatureThatWasSeenIsNotVerifiedAgainBeItGoodOrBad() {
        CertificateOfMembership good = good(1);
        CertificateOfMembership bad = bad(2);

        for (int i = 0; i < 1_000; i++) {
            assertThat(verify(good, 5, Sender.STRANGER, NOW)).isEqualTo(Verdict.GOOD);
            assertThat(verify(bad, 5, Sender.STRANGER, NOW)).isEqualTo(Verdict.BAD);
        }

        assertThat(verified).isEqualTo(2);
    }

    @Test
    void onePeerHasABurstVerifiedAndThenSoManyASecond() {
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            if (verify(bad(i), 5, Sender.STRANGER, NOW + i) == Verdict.TOO_OFTEN) {
                refused++;
            }
        }

        assertThat(verified).isBetween(SignatureChecks.BURST_OF_PEER, SignatureChecks.BURST_OF_PEER + 3 * 16 + 1);
        assertThat(refused).isEqualTo(3_000 - verified);
        assertThat(verify(good(9_999), 6, Sender.MEMBER, NOW + 3_000)).isEqualTo(Verdict.GOOD);
        assertThat(verify(good(9_998), 7, Sender.CONTROLLER, NOW + 3_000)).isEqualTo(Verdict.GOOD);
    }

    @Test
    void allStrangersTogetherDoNotKeepAMembersFromBeingVerified() {
        for (int i = 0; i < 3_000; i++) {
            verify(bad(i), 1_000 + i, Sender.STRANGER, NOW);
        }

        assertThat(verified).isEqualTo(SignatureChecks.BURST_OF_STRANGERS);
        assertThat(verify(good(1), 5, Sender.MEMBER, NOW)).isEqualTo(Verdict.GOOD);
        assertThat(verify(good(2), 6, Sender.STRANGER, NOW)).isEqualTo(Verdict.TOO_OFTEN);
        assertThat(verify(good(2), 6, Sender.STRANGER, NOW + 1_000)).isEqualTo(Verdict.GOOD);
    }
}
