package io.ztnio.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.X25519;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseHandshakeTest {
    /** From the cacophony vectors for {@code Noise_XXpsk3_25519_AESGCM_SHA256}. */
    private static final byte[] PROLOGUE = hex("4a6f686e2047616c74");

    private static final byte[] PSK = hex("54686973206973206d7920417573747269616e20706572737065637469766521");
    private static final byte[] INITIATOR = hex("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1");
    private static final byte[] INITIATOR_EPHEMERAL =
            hex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
    private static final byte[] RESPONDER = hex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
    private static final byte[] RESPONDER_EPHEMERAL =
            hex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");
    private static final String HASH = "033c8317037cb66a83308d5ae57ebbbea254e7ef2267f296c40baa4beaae4fcc";

    private record Message(String payload, String ciphertext) {}

    private static final List<Message> HANDSHAKE = List.of(
            new Message(
                    "4c756477696720766f6e204d69736573",
                    "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
                            + "ad6766e442bec99c94ff573cd5316da008cbcc1ebcf47fbe43991ed633bcbb75"),
            new Message(
                    "4d757272617920526f746862617264",
                    "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
                            + "36a2439b0bafb5e97fee2c19b6f9f741125f810ad98e7e9659c48ca3e19652d3"
                            + "16d1121073a281e0402b7bc1acb476caa1e7308faad7f75337b30f12435c9830"
                            + "3cac63cac1d69ac11f2e1971e138ac"),
            new Message(
                    "462e20412e20486179656b",
                    "2504a7905dbd6a56820581eb314085df196fda55aa5e77745d61c0b526355733"
                            + "d5ee67b9a4f345be7dc7c6583d3807626eb0f42c69388955ff0c9f35b0395112"
                            + "9db18848a76f6a4d270022"));

    private static final List<Message> TRANSPORT = List.of(
            new Message("4361726c204d656e676572", "b20ca762013411bc55d65fc7137a2e719d432cd549cb037f5e9c84"),
            new Message(
                    "4a65616e2d426170746973746520536179",
                    "6b10e774950e93bc7cc50f225a105e656eb418310c00c374a81c1452b48cb12000"),
            new Message(
                    "457567656e2042f6686d20766f6e2042617765726b",
                    "6d617e8fd817a630755b8dffdee52ad3c39964bdca895a56847fd5f1edb49d14f555cc314b"));

    private final NoiseHandshake initiator =
            new NoiseHandshake(true, new Identity(INITIATOR), PSK, PROLOGUE, INITIATOR_EPHEMERAL);
    private final NoiseHandshake responder =
            new NoiseHandshake(false, new Identity(RESPONDER), PSK, PROLOGUE, RESPONDER_EPHEMERAL);

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void saysWhatThePublishedVectorsSay() {
        for (int i = 0; i < HANDSHAKE.size(); i++) {
            NoiseHandshake from = i % 2 == 0 ? initiator : responder;
            NoiseHandshake to = i % 2 == 0 ? responder : initiator;
            Message message = HANDSHAKE.get(i);

            byte[] written = from.write(hex(message.payload));

            assertThat(written).isEqualTo(hex(message.ciphertext));
            assertThat(to.read(written)).hasValue(hex(message.payload));
        }
        assertThat(initiator.handshakeHash()).isEqualTo(hex(HASH));
        assertThat(responder.handshakeHash()).isEqualTo(hex(HASH));
        assertThat(initiator.remoteKey())
                .isEqualTo(new Identity(RESPONDER).publicIdentity().key());
        assertThat(responder.remoteKey())
                .isEqualTo(new Identity(INITIATOR).publicIdentity().key());
        AesGcm[] sending = {(AesGcm) responder.sending(), (AesGcm) initiator.sending()};
        for (int i = 0; i < TRANSPORT.size(); i++) {
            Message message = TRANSPORT.get(i);

            // The vectors go on alternating, now with the responder's.
            byte[] sealed = sending[i % 2].encrypt(i / 2, new byte[0], hex(message.payload));

            assertThat(sealed).isEqualTo(hex(message.ciphertext));
        }
    }

    @Test
    void aChangedMessageIsRefusedAndTheRightOneStillTaken() {
        Random random = new Random(1);
        for (int i = 0; i < HANDSHAKE.size(); i++) {
            NoiseHandshake from = i % 2 == 0 ? initiator : responder;
            NoiseHandshake to = i % 2 == 0 ? responder : initiator;
            byte[] right = from.write(new byte[0]);
            byte[] wrong = right.clone();
            wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(7));

            assertThat(to.read(wrong)).isEmpty();
            assertThat(to.read(right)).isPresent();
        }
    }

    @Test
    void anotherNetworkKeyFailsAtTheThirdMessageAndNotAtTheFirst() {
        byte[] other = PSK.clone();
        other[0]++;
        NoiseHandshake stranger =
                new NoiseHandshake(true, new Identity(INITIATOR), other, PROLOGUE, INITIATOR_EPHEMERAL);

        assertThat(responder.read(stranger.write(new byte[0]))).isPresent();
        assertThat(stranger.read(responder.write(new byte[0]))).isPresent();
        assertThat(responder.read(stranger.write(new byte[0]))).isEmpty();
    }

    @Test
    void anotherPrologueFailsAtOnce() {
        NoiseHandshake stranger = new NoiseHandshake(
                true, new Identity(INITIATOR), PSK, "other".getBytes(StandardCharsets.US_ASCII), INITIATOR_EPHEMERAL);

        assertThat(responder.read(stranger.write(new byte[0]))).isEmpty();
    }

    /** Nothing in the first message is secret: an attacker can make one with any ephemeral key. */
    @Test
    void aPointOfSmallOrderIsNoKey() throws GeneralSecurityException {
        byte[] ephemeral = new byte[X25519.LENGTH];
        byte[] name = "Noise_XXpsk3_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);
        byte[] hash = sha256(sha256(name, PROLOGUE), ephemeral);
        byte[] secret = new Hmac(name).update(ephemeral).finish();
        byte[] chainingKey = new Hmac(secret).update((byte) 1).finish();
        byte[] key = new Hmac(secret).update(chainingKey).update((byte) 2).finish();
        byte[] tag = new AesGcm(key).encrypt(0, hash, new byte[0]);
        byte[] message = Arrays.copyOf(ephemeral, ephemeral.length + tag.length);
        System.arraycopy(tag, 0, message, ephemeral.length, tag.length);

        assertThat(responder.read(message)).isPresent();
        assertThat(responder.canAnswer()).isFalse();
        assertThat(X25519.agree(RESPONDER, ephemeral)).isEmpty();
    }

    private static byte[] sha256(byte[] first, byte[] second) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(first);
        return digest.digest(second);
    }
}
