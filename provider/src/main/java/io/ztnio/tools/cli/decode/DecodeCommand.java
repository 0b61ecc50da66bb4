package io.ztnio.tools.cli.decode;

import io.ztnio.protocol.capture.Capture;
import io.ztnio.protocol.capture.LinkTypes;
import io.ztnio.protocol.capture.PcapReader;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.Console;
import io.ztnio.tools.cli.command.InputFile;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code decode}: a line for each VL1 packet of a capture file. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description =
                "Show the VL1 packets of a capture file (pcap or pcapng), fragments joined; other traffic is skipped.")
public final class DecodeCommand implements Callable<Integer> {
    @Mixin
    private JsonOption json;

    @Parameters(paramLabel = "CAPTURE", description = "The capture file.")
    private Path capture;

    @Option(
            names = "--identity",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Identity files, an identity on each line. With one end's secret its packets are decrypted; public "
                            + "identities that the capture does not tell may be given too.")
    private List<Path> identities = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Keyring keyring = new Keyring();
        for (Path file : identities) {
            for (String line : TextFile.read(file).lines().toList()) {
                if (!line.isBlank()) {
                    keyring.add(Identity.parse(line)
                            .orElseThrow(() -> new CommandFailure(file + " has a line that is not an identity")));
                }
            }
        }
        Capture content = PcapReader.read(InputFile.read(capture))
                .orElseThrow(() -> new CommandFailure(capture + " is neither a pcap nor a pcapng file"));
        Console console = json.console();
        List<DecodedPacket> packets = new CaptureDecoder(keyring).decode(content.datagrams());
        packets.forEach(packet -> console.print(packet.toLine(), packet.fields()));
        return tellWhatIsMissing(content, packets.size(), console) && packets.isEmpty() ? CommandFailure.FAILED : 0;
    }

    /** Whether there is more in the capture than was looked at. */
    private static boolean tellWhatIsMissing(Capture content, int packets, Console console) {
        content.skipped()
                .forEach((linkType, count) -> console.info("skipped " + count
                        + (count == 1 ? " packet" : " packets") + " of link type " + LinkTypes.describe(linkType)
                        + ", which is not understood"));
        if (content.cutShort() > 0) {
            console.info("skipped " + content.cutShort()
                    + " datagrams of which the capture has only the beginning; capture whole packets (tcpdump -s 0)");
        }
        if (content.damaged()) {
            console.info("the capture is damaged or cut off behind packet " + content.packets());
        }
        if (packets == 0) {
            console.info("no packet of the protocol among " + content.packets()
                    + (content.packets() == 1 ? " packet" : " packets"));
        }
        return !content.skipped().isEmpty() || content.cutShort() > 0 || content.damaged();
    }
}
