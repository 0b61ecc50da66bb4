package io.ztnio.protocol.network;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes a good configuration at random: some of it well-formed and absurd, some of it broken. */
final class ConfigMutator {
    private static final List<String> BLOBS = List.of("C", "CAP", "TAG", "COO", "S", "RT", "I", "R", "DNS", "n");
    private static final List<String> NUMBERS = List.of("ts", "ctmd", "r", "tl", "f", "ml", "t", "mtu", "ssov", "v");

    private final SplittableRandom random;
    private final Identity member;
    private final Identity signer;
    private final long networkId;

    ConfigMutator(SplittableRandom random, Identity member, Identity signer, long networkId) {
        this.random = random;
        this.member = member;
        this.signer = signer;
        this.networkId = networkId;
    }

    byte[] mutate(Dictionary good) {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            change(good);
        }
        byte[] bytes = good.toByteArray();
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private void change(Dictionary d) {
        switch (random.nextInt(8)) {
            case 0 -> d.put("I", prefixes(false));
            case 1 -> d.put("RT", prefixes(true));
            case 2 -> d.put("R", rules(random.nextInt(40)));
            case 3 -> d.put("S", specialists());
            case 4 -> d.put(any(NUMBERS), random.nextBoolean() ? random.nextLong() : random.nextInt(3));
            case 5 -> credentials(d);
            case 6 -> spoil(d, any(BLOBS));
            default -> d.put(any(BLOBS), noise(random.nextInt(300)));
        }
    }

    private void spoil(Dictionary d, String key) {
        byte[] value = d.bytes(key).orElse(new byte[0]);
        if (value.length == 0) {
            return;
        }
        if (random.nextBoolean()) {
            value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
            d.put(key, value);
        } else {
            d.put(key, Arrays.copyOf(value, random.nextInt(2 * value.length)));
        }
    }

    private byte[] prefixes(boolean routes) {
        ByteWriter writer = new ByteWriter(8192);
        for (int i = random.nextInt(routes ? 150 : 40); i > 0; i--) {
            boolean ipv6 = random.nextBoolean();
            prefix(writer, ipv6);
            if (routes) {
                if (random.nextBoolean()) {
                    prefix(writer, random.nextInt(10) == 0 ? !ipv6 : ipv6);
                } else {
                    writer.putByte(random.nextInt(20) == 0 ? 7 : 0);
                }
                writer.putInt(random.nextInt());
            }
        }
        return writer.toByteArray();
    }

    private void prefix(ByteWriter writer, boolean ipv6) {
        byte[] ip = noise(ipv6 ? 16 : 4);
        if (random.nextInt(4) == 0) {
            Arrays.fill(ip, (byte) (random.nextBoolean() ? 0 : -1));
        }
        int bits = random.nextInt(100) == 0 ? random.nextInt(0x10000) : random.nextInt(ip.length * 8 + 1);
        writer.putByte(ipv6 ? 6 : 4).putBytes(ip).putShort(bits);
    }

    private byte[] rules(int count) {
        ByteWriter writer = new ByteWriter(count * 257);
        for (int i = 0; i < count; i++) {
            int type = random.nextInt(256);
            int length = random.nextInt(8) == 0 ? random.nextInt(256) : 19;
            writer.putByte(type).putByte(length).putBytes(noise(length));
        }
        return writer.toByteArray();
    }

    private byte[] specialists() {
        ByteWriter writer = new ByteWriter(8 * 300);
        for (int i = random.nextInt(300); i > 0; i--) {
            writer.putLong(random.nextInt(4) == 0 ? random.nextLong() : random.nextLong(1L << 12) << 40 | 1 + i);
        }
        return writer.toByteArray();
    }

    private void credentials(Dictionary d) {
        long time = random.nextInt(3) == 0 ? random.nextLong() : d.number("ts", 0);
        if (random.nextBoolean()) {
            d.put(
                    "TAG",
                    Tag.sign(signer, networkId, time, random.nextInt(), random.nextInt(), member.address())
                            .encode());
            return;
        }
        List<Rule> rules = new ArrayList<>();
        ByteReader reader = new ByteReader(rules(random.nextInt(Capability.MAX_RULES)));
        while (reader.remaining() > 0) {
            Rule.read(reader).ifPresent(rules::add);
        }
        d.put(
                "CAP",
                Capability.sign(signer, networkId, time, 1, rules, member.address())
                        .encode());
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String any(List<String> keys) {
        return keys.get(random.nextInt(keys.size()));
    }
}
