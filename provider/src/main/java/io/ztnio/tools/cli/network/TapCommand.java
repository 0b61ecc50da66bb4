package io.ztnio.tools.cli.network;

import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.runtime.DivertedFrame;
import io.ztnio.tcpip.link.PcapFile;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.OutputFile;
import io.ztnio.tools.cli.command.SecondsText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tap}: shows the frames between others that the network's rules divert to this node. */
@Command(
        name = "tap",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Print the frames between other members that the network's rules copy (tee, watch) or redirect to this"
                    + " node, or write them to a file for Wireshark and tcpdump.",
            "The rules are the controller's; they name this node's id, which the first line shows."
        },
        footerHeading = "%nExample:%n",
        footer = "  ztnio tap --pcap frames.pcap --seconds 60 --network NETWORK")
public final class TapCommand extends NetworkCommand {
    /** Frames that wait to be written; more are lost, and counted. */
    private static final int QUEUED = 4096;

    private static final int PROGRESS_SECONDS = 5;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    @Option(names = "--pcap", paramLabel = "FILE", description = "Write the frames to this file.")
    private Path pcap;

    @Option(names = "--force", description = "Replace the file if there is one.")
    private boolean force;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100000",
            converter = CountText.Positive.class,
            description = "End after so many frames (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = SecondsText.class,
            description = "End after so many seconds (default: when there were enough frames).")
    private Double seconds;

    private final BlockingQueue<Seen> queue = new ArrayBlockingQueue<>(QUEUED);
    private final AtomicLong lost = new AtomicLong();

    /** A frame and when it came, nanoseconds since the epoch. */
    private record Seen(DivertedFrame frame, long epochNanos) {}

    @Override
    void check() {
        if (force && pcap == null) {
            throw CommandFailure.wrongArguments("--force is for --pcap");
        }
    }

    @Override
    void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException {
        if (pcap == null) {
            take(node, null);
            return;
        }
        if (!force) {
            OutputFile.keep(pcap);
        }
        try (PcapFile file = new PcapFile(new BufferedOutputStream(Files.newOutputStream(pcap)))) {
            take(node, file);
        }
    }

    /** Takes frames until there were enough, or the time is over. */
    private void take(CommandNode node, PcapFile file) throws IOException, InterruptedException {
        node.onDiverted(this::offer);
        progress("tapping; node " + node.id());
        long started = System.nanoTime();
        long end = seconds == null ? Long.MAX_VALUE : (long) (seconds * NANOS_PER_SECOND);
        long nextProgress = PROGRESS_SECONDS * NANOS_PER_SECOND;
        long frames = 0;
        long bytes = 0;
        try {
            while (frames < count && System.nanoTime() - started < end) {
                long elapsed = System.nanoTime() - started;
                Seen seen = queue.poll(Math.min(nextProgress, end) - elapsed, TimeUnit.NANOSECONDS);
                if (seen != null) {
                    frames++;
                    bytes += seen.frame().payload().remaining();
                    show(seen, file);
                }
                if (System.nanoTime() - started >= nextProgress) {
                    nextProgress += PROGRESS_SECONDS * NANOS_PER_SECOND;
                    progress(summary(frames, bytes));
                    if (file != null) {
                        // Who looks meanwhile sees what has come.
                        file.flush();
                    }
                }
            }
        } finally {
            event(summary(frames, bytes), object("event", "end", "frames", frames, "bytes", bytes, "lost", lost.get()));
        }
    }

    /** Inside the node. */
    private void offer(DivertedFrame frame) {
        Instant now = Instant.now();
        if (!queue.offer(new Seen(frame, now.getEpochSecond() * NANOS_PER_SECOND + now.getNano()))) {
            lost.incrementAndGet();
        }
    }

    private String summary(long frames, long bytes) {
        return frames + " frames, " + bytes + " bytes" + (lost.get() == 0 ? "" : ", " + lost + " lost");
    }

    private void show(Seen seen, PcapFile file) throws IOException {
        DivertedFrame frame = seen.frame();
        ByteBuffer payload = frame.payload();
        if (file != null) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            file.write(
                    seen.epochNanos(),
                    frame.sourceMac(),
                    frame.destinationMac(),
                    frame.etherType(),
                    bytes,
                    0,
                    bytes.length);
            return;
        }
        String diversion = frame.diversion().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String network = String.format("%016x", frame.network());
        String source = String.format("%012x", frame.sourceMac());
        String destination = String.format("%012x", frame.destinationMac());
        String etherType = String.format("%04x", frame.etherType());
        print(
                diversion + " of " + Address.format(frame.member()) + " on " + network + ": " + source + " to "
                        + destination + " " + etherType + " " + payload.remaining() + " bytes",
                object(
                        "event", "frame",
                        "diversion", diversion,
                        "member", Address.format(frame.member()),
                        "network", network,
                        "source", source,
                        "destination", destination,
                        "etherType", etherType,
                        "bytes", payload.remaining()));
    }
}
