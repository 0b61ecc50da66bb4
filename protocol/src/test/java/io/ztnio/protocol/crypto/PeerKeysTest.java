package io.ztnio.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.Vectors;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class PeerKeysTest {
    @Test
    void derivesTheKeysOfTheReference() {
        for (var vector : Vectors.list("vectors/primitives.json", "kbkdfHmacSha384")) {
            char label = vector.get("label").toString().charAt(0);

            byte[] key = PeerKeys.deriveKey(Vectors.hex(vector.get("key")), label);

            assertThat(key).isEqualTo(Vectors.hex(vector.get("out48")));
        }
    }

    @Test
    void derivesTheKeysOfTwoKnownNodes() {
        byte[] secret = Vectors.A.agree(Vectors.B);

        assertThat(Vectors.hex(secret))
                .isEqualTo("c2b270c388c7810079e123da17dab8ae1628b2dbe6c97d475e06c217d3817a5f"
                        + "e33359bba37aa27fb21f6ac99bc16afc");
        assertThat(Vectors.hex(PeerKeys.deriveKey(secret, '0')))
                .isEqualTo("78b10ca4ec875b7516aae4dd512f4f877991e87b91596ec12070ade4b86f41ac"
                        + "953fe1ee6fe9357b71779fd2367f7998");
        assertThat(Vectors.hex(PeerKeys.deriveKey(secret, '1')))
                .isEqualTo("3024d7f9b88524bd344197e642fadb0471cc942b9cacbb2ac86556d2370f6be2"
                        + "b39e6c9fa0b95f816ae9aae2fcad6c8f");
    }

    @Test
    void usesThePoly1305OfTheReference() {
        for (var vector : Vectors.list("vectors/primitives.json", "poly1305")) {
            byte[] message = Vectors.hex(vector.get("message"));
            Poly1305 mac = new Poly1305();
            mac.init(new KeyParameter(Vectors.hex(vector.get("key"))));
            mac.update(message, 0, message.length);
            byte[] tag = new byte[16];

            mac.doFinal(tag, 0);

            assertThat(tag).isEqualTo(Vectors.hex(vector.get("tag")));
        }
    }

    @Test
    void keepsItsSecretToItself() {
        byte[] secret = Vectors.A.agree(Vectors.B);

        assertThat(new PeerKeys(secret).toString()).isEqualTo("PeerKeys");
        assertThatThrownBy(() -> new PeerKeys(new byte[32]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("48");
    }
}
