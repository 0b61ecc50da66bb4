package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets of networks, cut and changed. */
@Tag("any-jdk")
class MalformedPacketsTest extends NetworksCase {
    @Test
    void malformedPacketsChangeNothing() {
        define(network());
        authorize(alice, bob);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(bob.join(networkId), NetworkStatus.OK);
        NetworkConfig before = atAlice.config().orElseThrow();
        SplittableRandom random = new SplittableRandom(5);

        for (Map.Entry<Verb, byte[]> each : goodPayloads().entrySet()) {
            byte[] good = each.getValue();
            for (int length = 0; length < good.length; length += 1 + good.length / 300) {
                sendRaw(bob, alice, each.getKey(), good, length);
            }
            for (int i = 0; i < 100; i++) {
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                sendRaw(bob, alice, each.getKey(), bad, bad.length);
            }
        }
        net.run(3000);

        assertThat(alice.networks.dropped(NetworkDropReason.MALFORMED)).isGreaterThan(500);
        assertThat(atAlice.config()).contains(before);
        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
    }

    private void sendRaw(Vl2Host from, Vl2Host to, Verb verb, byte[] payload, int length) {
        from.host.node().vl1().begin(to.address(), verb).putBytes(payload, 0, length);
        from.host.node().vl1().send(false, net.nowMillis());
        from.host.touch();
        net.run(1);
    }

    /** What bob could send alice, well-formed; as OK and ERROR too. */
    private Map<Verb, byte[]> goodPayloads() {
        NetworkConfig config =
                bob.networks.network(networkId).orElseThrow().config().orElseThrow();
        byte[] com = config.membership().orElseThrow().encode();
        byte[] dictionary = NetworkConfigCodec.write(config).toByteArray();
        Map<Verb, byte[]> payloads = new EnumMap<>(Verb.class);
        payloads.put(
                Verb.FRAME, write(w -> w.putLong(networkId).putShort(0x0800).putLong(1)));
        payloads.put(
                Verb.EXT_FRAME,
                write(w -> w.putLong(networkId)
                        .putByte(0x11)
                        .putBytes(com)
                        .putMac(1)
                        .putMac(2)
                        .putShort(3)
                        .putInt(4)));
        payloads.put(
                Verb.MULTICAST_FRAME,
                write(w -> w.putLong(networkId)
                        .putByte(7)
                        .putBytes(com)
                        .putInt(9)
                        .putMac(2)
                        .putMac(MacAddress.BROADCAST)
                        .putInt(0)
                        .putShort(0x0800)
                        .putLong(5)));
        payloads.put(
                Verb.MULTICAST_LIKE, write(w -> w.putLong(networkId).putMac(1).putInt(2)));
        payloads.put(
                Verb.MULTICAST_GATHER,
                write(w -> w.putLong(networkId)
                        .putByte(1)
                        .putMac(1)
                        .putInt(2)
                        .putInt(3)
                        .putBytes(com)));
        payloads.put(
                Verb.NETWORK_CREDENTIALS, write(w -> w.putBytes(com).putByte(0).putLong(0)));
        payloads.put(
                Verb.NETWORK_CONFIG_REQUEST,
                write(w -> w.putLong(networkId).putShort(3).putBytes(new byte[3])));
        payloads.put(
                Verb.NETWORK_CONFIG,
                write(w -> NetworkConfigCodec.sign(
                                carol.host.node().identity(), networkId, dictionary, new SplittableRandom(2))
                        .get(0)
                        .write(w)));
        payloads.put(
                Verb.ERROR,
                write(w -> w.putByte(Verb.FRAME.code())
                        .putLong(7)
                        .putByte(8)
                        .putLong(networkId)
                        .putMac(1)
                        .putInt(2)));
        return payloads;
    }

    private static byte[] write(Consumer<ByteWriter> content) {
        ByteWriter writer = new ByteWriter(10_000);
        content.accept(writer);
        return writer.toByteArray();
    }
}
