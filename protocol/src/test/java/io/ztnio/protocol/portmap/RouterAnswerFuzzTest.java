package io.ztnio.protocol.portmap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a router answers, nothing is thrown, and nobody else is talked to. */
@Tag("any-jdk")
class RouterAnswerFuzzTest {
    private static final int RUNS = Integer.getInteger("ztnio.portmap.fuzz", 1_000);
    private static final InetAddress GATEWAY = new InetSocketAddress("192.168.1.1", 0).getAddress();

    @Test
    void mutatedAnswersAreReadOrRefused() {
        long seed = System.nanoTime();
        System.out.println("RouterAnswerFuzzTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        ScriptedRouter router = new ScriptedRouter(GATEWAY, 5000);
        GatewayUrl location = new GatewayUrl(GATEWAY, 5000, "/rootDesc.xml");
        IgdService service = new IgdService("urn:schemas-upnp-org:service:WANIPConnection:1", location);
        List<byte[]> answers = List.of(
                router.answer(),
                router.handle("GET /rootDesc.xml "),
                router.handle(
                        new String(service.request("GetExternalIPAddress", Map.of()), StandardCharsets.US_ASCII)));
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = mutated(answers.get(random.nextInt(answers.size())), random);
            Ssdp.location(bytes, bytes.length, GATEWAY).ifPresent(RouterAnswerFuzzTest::mustBeTheGateway);
            new HttpReplyReader()
                    .read(bytes, bytes.length, random.nextBoolean())
                    .ifPresent(reply -> {
                        XmlLeaves.read(reply.body().toByteArray());
                        IgdService.of(reply.body().toByteArray(), location)
                                .forEach(found -> mustBeTheGateway(found.control()));
                    });
        }
    }

    private static void mustBeTheGateway(GatewayUrl url) {
        if (!url.gateway().equals(GATEWAY) || url.port() < 1 || url.port() > 0xffff) {
            throw new AssertionError(url);
        }
    }

    private static byte[] mutated(byte[] bytes, SplittableRandom random) {
        byte[] copy = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int i = random.nextInt(6); i > 0 && copy.length > 0; i--) {
            int at = random.nextInt(copy.length);
            if (random.nextBoolean()) {
                copy[at] = (byte) random.nextInt(256);
            } else {
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(40), Math.min(copy.length - at, bytes.length - from));
                System.arraycopy(bytes, from, copy, at, length);
            }
        }
        return copy;
    }
}
