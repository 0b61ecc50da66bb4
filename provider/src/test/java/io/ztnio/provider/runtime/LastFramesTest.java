package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.provider.contract.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent right before the node is closed, to somebody of whom nothing is known. */
@Timeout(60)
class LastFramesTest {
    private static final int PORT = 7001;

    private LoopbackPlanet planet;
    private LoopbackPlanet.Member receiver;

    @BeforeEach
    void start() throws Exception {
        planet = LoopbackPlanet.start();
        receiver = planet.join();
    }

    @AfterEach
    void stop() {
        planet.close();
    }

    private static void say(LoopbackPlanet.Member member, InetAddress to, String text) throws IOException {
        try (DatagramChannel channel = member.provider().openDatagramChannel()) {
            channel.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), new InetSocketAddress(to, PORT));
        }
    }

    private DatagramChannel listen(InetAddress at) throws IOException {
        DatagramChannel channel = receiver.provider().openDatagramChannel();
        channel.bind(new InetSocketAddress(at, PORT));
        return channel;
    }

    private static String next(DatagramChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        channel.receive(buffer);
        return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    private InetAddress derivedAddress() throws IOException {
        return ManagedAddresses.rfc4193(
                        Long.parseUnsignedLong(planet.network(), 16),
                        receiver.networks().address())
                .address();
    }

    @Test
    void aLastDatagramArrives() throws Exception {
        for (InetAddress to : new InetAddress[] {receiver.ipv4(), derivedAddress()}) {
            LoopbackPlanet.Member sender = planet.join();
            try (DatagramChannel listener = listen(to)) {
                say(sender, to, "last words");
                sender.networks().lastFrames(Duration.ofSeconds(30));
                sender.networks().close();

                assertThat(next(listener)).isEqualTo("last words");
            }
        }
    }

    /** Somebody who does not say how long waits for half a second only: that is over when his close has ended. */
    @Test
    void whoeverSaysHowLongIsWaitedForThatLong() throws Exception {
        LoopbackPlanet.Member hasty = planet.join();
        LoopbackPlanet.Member patient = planet.join();
        InetAddress to = derivedAddress();
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch silent = new CountDownLatch(1);
        Background<Object> silence =
                Background.start(() -> planet.root().controller().call((controller, now) -> {
                    silent.countDown();
                    await(answers);
                    return null;
                }));
        silent.await();
        try (DatagramChannel listener = listen(to)) {
            say(hasty, to, "hasty");
            say(patient, to, "patient");
            patient.networks().lastFrames(Duration.ofSeconds(30));
            Background<Object> closing = Background.start(() -> {
                patient.networks().close();
                return null;
            });

            hasty.networks().close();
            answers.countDown();

            assertThat(next(listener)).isEqualTo("patient");
            closing.get();
            silence.get();
        }
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
