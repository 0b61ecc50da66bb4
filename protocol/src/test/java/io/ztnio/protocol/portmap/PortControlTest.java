package io.ztnio.protocol.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.BigEndian;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PCP and NAT-PMP against scripted gateways, on virtual time. */
@Tag("any-jdk")
class PortControlTest {
    private static final int PORT = 41641;
    private static final InetSocketAddress OUTSIDE = new InetSocketAddress("198.51.100.7", 50001);

    private final long seed = System.nanoTime();
    private final SplittableRandom random = seeded();
    private long now = 1_000_000;
    private final PortControl control = new PortControl(address("10.0.0.5"), PORT, random, now);
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Long> sentAt = new ArrayList<>();

    /** What the gateway answers to a request; {@code null} for nothing. */
    private Gateway gateway = request -> null;

    /** When the gateway's clock was 0. */
    private long bornMillis = now - 5_000_000;

    @FunctionalInterface
    private interface Gateway {
        byte[] answer(byte[] request);
    }

    private SplittableRandom seeded() {
        System.out.println("PortControlTest seed " + seed);
        return new SplittableRandom(seed);
    }

    private static InetAddress address(String text) {
        return new InetSocketAddress(text, 0).getAddress();
    }

    private void run(long millis) {
        long end = now + millis;
        while (true) {
            List<byte[]> batch = new ArrayList<>();
            long next = control.poll(now, batch::add);
            for (byte[] request : batch) {
                sent.add(request);
                sentAt.add(now);
                byte[] answer = gateway.answer(request);
                if (answer != null) {
                    control.receive(answer, answer.length, now);
                }
            }
            if (batch.isEmpty()) {
                if (next > end) {
                    now = end;
                    return;
                }
                now = Math.max(next, now + 1);
            }
        }
    }

    private long epoch() {
        return (now - bornMillis) / 1000;
    }

    /** RFC 6887: the answer to a MAP request. */
    private byte[] pcp(byte[] request, int result, long lifetime, InetSocketAddress outside) {
        if (request[0] != 2) {
            return null;
        }
        byte[] answer = Arrays.copyOf(request, 60);
        Arrays.fill(answer, 2, 24, (byte) 0);
        answer[1] = (byte) 0x81;
        answer[3] = (byte) result;
        BigEndian.putInt(answer, 4, (int) lifetime);
        BigEndian.putInt(answer, 8, (int) epoch());
        BigEndian.putShort(answer, 42, outside.getPort());
        Arrays.fill(answer, 44, 54, (byte) 0);
        BigEndian.putShort(answer, 54, 0xffff);
        System.arraycopy(outside.getAddress().getAddress(), 0, answer, 56, 4);
        return answer;
    }

    /** RFC 6886: the answer to either request, or "unsupported version" to anything else. */
    private byte[] natPmp(byte[] request, int result, long lifetime, InetSocketAddress outside) {
        if (request[0] != 0) {
            byte[] refused = new byte[8];
            refused[1] = (byte) 0x80;
            refused[3] = 1;
            BigEndian.putInt(refused, 4, (int) epoch());
            return refused;
        }
        byte[] answer = new byte[request[1] == 0 ? 12 : 16];
        answer[1] = (byte) (0x80 | request[1]);
        answer[3] = (byte) result;
        BigEndian.putInt(answer, 4, (int) epoch());
        if (request[1] == 0) {
            System.arraycopy(outside.getAddress().getAddress(), 0, answer, 8, 4);
        } else {
            System.arraycopy(request, 4, answer, 8, 2);
            BigEndian.putShort(answer, 10, outside.getPort());
            BigEndian.putInt(answer, 12, (int) Math.min(lifetime, BigEndian.getInt(request, 8)));
        }
        return answer;
    }

    @Test
    void withIpv6OnlyPcpIsAsked() {
        PortControl hole = new PortControl(address("2001:db8::5"), PORT, random, now);
        List<byte[]> asked = new ArrayList<>();
        long next = now;
        while (next < Long.MAX_VALUE) {
            now = next;
            next = hole.poll(now, asked::add);
        }

        assertThat(hole.state()).isEqualTo(PortControl.State.FAILED);
        assertThat(asked).hasSize(3).allMatch(request -> request[0] == 2);
        for (byte[] refusal : List.of(natPmp(asked.get(0), 0, 0, OUTSIDE), pcp(asked.get(0), 1, 0, OUTSIDE))) {
            PortControl other = new PortControl(address("2001:db8::5"), PORT, random, now);
            other.poll(now, asked::add);
            other.receive(refusal, refusal.length, now);
            assertThat(other.state()).isEqualTo(PortControl.State.FAILED);
        }
    }

    @Test
    void aPcpRequestIsThatOfTheRfc() {
        run(0);

        // RFC 6887 figures 2 and 9; the nonce is drawn.
        String hex = HexFormat.of().formatHex(sent.get(0));
        assertThat(hex).startsWith("02010000" + "00000258" + "00000000000000000000ffff0a000005");
        assertThat(hex.substring(72)).isEqualTo("11000000" + "a2a9" + "a2a9" + "00000000000000000000ffff00000000");
        assertThat(hex.substring(48, 72)).isNotEqualTo("0".repeat(24));
    }

    @Test
    void aMappingIsAskedForAndRenewedBeforeItIsHalfOver() {
        gateway = request -> pcp(request, 0, 600, OUTSIDE);

        run(2_000_000);

        assertThat(control.mapping()).contains(new PortMapping(OUTSIDE, 600));
        for (int i = 1; i < sentAt.size(); i++) {
            assertThat(sentAt.get(i) - sentAt.get(i - 1)).isBetween(300_000L, 375_000L);
        }
        // RFC 6887 section 11.2.1: a renewal suggests what there was.
        assertThat(HexFormat.of().formatHex(sent.get(1))).endsWith("c351" + "00000000000000000000ffffc6336407");
    }

    @Test
    void aLongLifetimeIsRenewedAsOftenSoThatARouterThatBeganAnewIsNoticed() {
        gateway = request -> pcp(request, 0, 86_400, OUTSIDE);

        run(1_000_000);

        assertThat(sent).hasSizeBetween(3, 4);
    }

    @Test
    void aRequestIsRepeatedAtDoublingIntervalsAndThenNatPmpIsTried() {
        run(60_000);

        List<Long> pcp = new ArrayList<>();
        List<Long> natPmp = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            (sent.get(i)[0] == 2 ? pcp : natPmp).add(sentAt.get(i));
        }
        assertThat(pcp).hasSize(3);
        assertThat(pcp.get(1) - pcp.get(0)).isBetween(2_700L, 3_300L);
        assertThat(pcp.get(2) - pcp.get(1)).isBetween(5_400L, 6_600L);
        // Each time both requests.
        assertThat(natPmp).hasSize(12);
        assertThat(natPmp.get(2) - natPmp.get(0)).isBetween(225L, 275L);
        assertThat(natPmp.get(10) - natPmp.get(8)).isBetween(3_600L, 4_400L);
        assertThat(control.state()).isEqualTo(PortControl.State.FAILED);
        assertThat(control.poll(now, bytes -> sent.clear())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aLostRequestCostsItsIntervalOnly() {
        gateway = request -> sent.size() == 1 ? null : pcp(request, 0, 600, OUTSIDE);

        run(3_400);

        assertThat(control.mapping()).isPresent();
    }

    @Test
    void aGatewayThatKnowsNatPmpOnlyIsAskedByThatAtOnce() {
        gateway = request -> natPmp(request, 0, 600, OUTSIDE);

        run(1_000);

        assertThat(control.protocol()).isEqualTo("NAT-PMP");
        assertThat(control.mapping()).contains(new PortMapping(OUTSIDE, 600));
        assertThat(HexFormat.of().formatHex(sent.get(1))).isEqualTo("0000");
        assertThat(HexFormat.of().formatHex(sent.get(2))).isEqualTo("00010000" + "a2a9" + "a2a9" + "00000258");
    }

    @Test
    void anotherOuterAddressIsNoticedWithTheNextRenewal() {
        InetSocketAddress moved = new InetSocketAddress("198.51.100.99", OUTSIDE.getPort());
        gateway = request -> natPmp(request, 0, 600, OUTSIDE);
        run(1_000);
        gateway = request -> natPmp(request, 0, 600, moved);

        run(380_000);

        assertThat(control.mapping()).contains(new PortMapping(moved, 600));
    }

    @Test
    void aGatewayThatBeganAnewIsAskedAgainAtOnce() {
        gateway = request -> natPmp(request, 0, 600, OUTSIDE);
        run(1_000);
        int before = sent.size();
        bornMillis = now;
        now += 10_000;
        byte[] announcement = natPmp(new byte[2], 0, 0, OUTSIDE);

        control.receive(announcement, announcement.length, now);
        run(0);

        assertThat(sent).hasSize(before + 2);
        assertThat(control.mapping()).isPresent();
    }

    /** Its answers come one after the other, as by a network. */
    @Test
    void aGatewayWhoseClockIsNoneIsNotAskedWithoutEnd() {
        gateway = request -> natPmp(request, 0, 600, OUTSIDE);
        run(1_000);
        sent.clear();
        Deque<byte[]> underWay = new ArrayDeque<>();
        now += 10_000;
        int epoch = 7;
        underWay.add(natPmp(new byte[2], 0, 0, OUTSIDE));

        for (long end = now + 60_000; now < end; now++) {
            byte[] answer = underWay.poll();
            if (answer != null) {
                epoch += 1_000_000;
                BigEndian.putInt(answer, 4, epoch);
                control.receive(answer, answer.length, now);
            }
            control.poll(now, request -> {
                sent.add(request);
                underWay.add(natPmp(request, 0, 600, OUTSIDE));
            });
        }

        // RFC 6887 section 11.2.1: 4 seconds at least between two, each of two requests.
        assertThat(sent).hasSizeBetween(2, 32);
        assertThat(control.mapping()).isPresent();
    }

    @Test
    void aPcpServerThatAnnouncesThatItBeganAnewIsAskedAgainAtOnce() {
        gateway = request -> pcp(request, 0, 600, OUTSIDE);
        run(1_000);
        now += 100_000;
        byte[] announcement = new byte[24];
        announcement[0] = 2;
        announcement[1] = (byte) 0x80;
        BigEndian.putInt(announcement, 8, (int) epoch());
        control.receive(announcement, announcement.length, now);
        run(0);
        assertThat(sent).as("its clock goes on").hasSize(1);
        BigEndian.putInt(announcement, 8, 3);

        control.receive(announcement, announcement.length, now);
        run(0);

        assertThat(sent).hasSize(2);
    }

    @Test
    void aRouterThatIsSilentIsAskedMoreOftenTowardsTheEndAndThenLookedForAnew() {
        gateway = request -> pcp(request, 0, 600, OUTSIDE);
        run(1_000);
        gateway = request -> null;
        sentAt.clear();

        run(598_000);
        assertThat(control.mapping()).as("the router keeps it so long").isPresent();
        assertThat(sentAt).hasSizeBetween(4, 9);
        for (int i = 1; i < sentAt.size(); i++) {
            assertThat(sentAt.get(i) - sentAt.get(i - 1)).isGreaterThanOrEqualTo(4_000);
        }
        run(2_000);

        assertThat(control.mapping()).isEmpty();
        assertThat(control.state()).isEqualTo(PortControl.State.ASKING);
    }

    @Test
    void aRefusalEndsIt() {
        gateway = request -> pcp(request, 2, 1800, OUTSIDE);
        run(1_000);
        assertThat(control.state()).isEqualTo(PortControl.State.FAILED);

        PortControl other = new PortControl(address("10.0.0.5"), PORT, random, now);
        List<byte[]> requests = new ArrayList<>();
        other.poll(now, requests::add);
        byte[] unsupported = natPmp(requests.get(0), 0, 0, OUTSIDE);
        other.receive(unsupported, unsupported.length, now);
        byte[] refused = natPmp(new byte[] {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 3, 0, OUTSIDE);
        other.receive(refused, refused.length, now);

        assertThat(other.state()).isEqualTo(PortControl.State.FAILED);
    }

    @Test
    void aRouterWithoutAnAddressOfItsOwnMapsNothing() {
        gateway = request -> natPmp(request, 0, 600, new InetSocketAddress("0.0.0.0", 50001));
        run(1_000);
        assertThat(control.state()).isEqualTo(PortControl.State.FAILED);
    }

    @Test
    void whatAnswersSomebodyElseIsIgnored() {
        gateway = request -> {
            byte[] answer = pcp(request, 0, 600, OUTSIDE);
            answer[30] ^= 1;
            return answer;
        };
        run(1_000);
        assertThat(control.mapping()).isEmpty();

        gateway = request -> null;
        byte[] otherPort = natPmp(new byte[] {0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2, 0}, 0, 600, OUTSIDE);
        control.receive(otherPort, otherPort.length, now);

        assertThat(control.mapping()).isEmpty();
        assertThat(control.state()).isEqualTo(PortControl.State.ASKING);
    }

    @Test
    void aMappingIsGivenBackAndThatIsRepeatedATimeOrTwo() {
        gateway = request -> pcp(request, 0, 600, OUTSIDE);
        run(1_000);
        sent.clear();
        gateway = request -> sent.size() < 2 ? null : pcp(request, 0, 0, OUTSIDE);

        control.release(now);
        run(1_000);

        assertThat(sent)
                .hasSize(2)
                .allSatisfy(request -> assertThat(BigEndian.getInt(request, 4)).isZero());
        assertThat(control.state()).isEqualTo(PortControl.State.RELEASED);
    }

    @Test
    void whoDoesNotAnswerAtTheEndIsNotWaitedFor() {
        gateway = request -> natPmp(request, 0, 600, OUTSIDE);
        run(1_000);
        sent.clear();
        gateway = request -> null;

        control.release(now);
        run(3_000);

        assertThat(sent)
                .hasSize(3)
                .allSatisfy(request -> assertThat(HexFormat.of().formatHex(request))
                        .isEqualTo("00010000" + "a2a9" + "0000" + "00000000"));
        assertThat(control.state()).isEqualTo(PortControl.State.RELEASED);
    }

    @Test
    void nobodyAtThePortIsAnAnswerAtTheBeginningAndAQuestionLater() {
        run(0);
        control.unreachable(now);
        assertThat(control.state()).isEqualTo(PortControl.State.FAILED);

        PortControl mapped = new PortControl(address("10.0.0.5"), PORT, random, now);
        mapped.poll(now, request -> {
            byte[] answer = pcp(request, 0, 600, OUTSIDE);
            mapped.receive(answer, answer.length, now);
        });
        mapped.unreachable(now);

        assertThat(mapped.mapping()).isPresent();
        assertThat(mapped.poll(now, request -> {})).isEqualTo(now + 4_000);
    }

    @Test
    void anyBytesAreIgnoredOrMakeItFailAndNothingIsThrown() {
        for (int i = 0; i < 20_000; i++) {
            PortControl target = new PortControl(address("10.0.0.5"), PORT, random, now);
            List<byte[]> first = new ArrayList<>();
            target.poll(now, first::add);
            byte[] bytes = switch (random.nextInt(3)) {
                case 0 -> random(random.nextInt(70));
                case 1 -> mutated(pcp(first.get(0), 0, 600, OUTSIDE));
                default ->
                    mutated(natPmp(
                            new byte[] {0, (byte) random.nextInt(2), 0, 0, 1, 1, 0, 0, 0, 0, 0, 0}, 0, 9, OUTSIDE));
            };
            target.receive(bytes, random.nextInt(bytes.length + 1), now);
            target.poll(now + random.nextInt(1_000_000), ignored -> {});
            target.mapping()
                    .ifPresent(
                            mapping -> assertThat(mapping.external().getPort()).isNotZero());
        }
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] mutated(byte[] bytes) {
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
