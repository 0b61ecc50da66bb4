package io.ztnio.protocol.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Salsa20Test {
    @Test
    void givesTheKeyStreamsOfTheReference() {
        for (var vector : Vectors.list("vectors/primitives.json", "salsa20")) {
            byte[] key = Vectors.hex(vector.get("key"));
            byte[] nonce = Vectors.hex(vector.get("iv"));
            int length = (Integer) vector.get("length");

            assertThat(keyStream(12, key, nonce, length)).isEqualTo(Vectors.hex(vector.get("keystream12")));
            assertThat(keyStream(20, key, nonce, length)).isEqualTo(Vectors.hex(vector.get("keystream20")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 20})
    void agreesWithBouncyCastle(int rounds) {
        long seed = new Random().nextLong();
        System.out.println("Salsa20Test seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] key = bytes(random, 32);
            byte[] nonce = bytes(random, 8);
            byte[] text = bytes(random, random.nextInt(700));
            byte[] expected = new byte[text.length];
            Salsa20Engine engine = new Salsa20Engine(rounds);
            engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
            engine.processBytes(text, 0, text.length, expected, 0);

            Salsa20 salsa20 = new Salsa20(rounds);
            salsa20.init(key, 0, nonce, 0);
            // A call per whole block continues the key stream.
            int split = 64 * random.nextInt(text.length / 64 + 1);
            salsa20.xor(text, 0, split);
            salsa20.xor(text, split, text.length - split);

            assertThat(text).isEqualTo(expected);
        }
    }

    @Test
    void batchesOfBlocksAreTheSameKeyStream() {
        long seed = new Random().nextLong();
        System.out.println("Salsa20Test seed " + seed);
        Random random = new Random(seed);
        Salsa20Lanes lanes = new Salsa20Lanes();
        long[] words = new long[Salsa20Lanes.BATCH_WORDS];
        for (int i = 0; i < 20; i++) {
            byte[] key = bytes(random, 32);
            byte[] nonce = bytes(random, 8);
            ByteBuffer stream = ByteBuffer.allocate(3 * 8 * words.length).order(ByteOrder.LITTLE_ENDIAN);

            lanes.init(key, 0, nonce, 0);
            while (stream.hasRemaining()) {
                lanes.next(words);
                for (long word : words) {
                    stream.putLong(word);
                }
            }

            assertThat(stream.array()).isEqualTo(keyStream(20, key, nonce, stream.capacity()));
        }
    }

    @Test
    void leavesTheBytesAroundAlone() {
        byte[] bytes = new byte[100];
        Salsa20 salsa20 = new Salsa20(12);
        salsa20.init(new byte[32], 0, new byte[8], 0);

        salsa20.xor(bytes, 10, 70);

        assertThat(Arrays.copyOf(bytes, 10)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 80, 100)).containsOnly(0);
    }

    @Test
    void refusesOtherNumbersOfRounds() {
        assertThatThrownBy(() -> new Salsa20(8)).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] keyStream(int rounds, byte[] key, byte[] nonce, int length) {
        Salsa20 salsa20 = new Salsa20(rounds);
        salsa20.init(key, 0, nonce, 0);
        byte[] stream = new byte[length];
        salsa20.xor(stream, 0, length);
        return stream;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
