package io.ztnio.tools.cli.decode;

import io.ztnio.protocol.capture.PcapReader;
import io.ztnio.protocol.capture.UdpDatagram;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decode}: a line for each VL1 packet of a capture file. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description =
                "Show the VL1 packets of a capture file (pcap or pcapng), fragments joined; other traffic is skipped.")
public final class DecodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    keyring.add(Identity.parse(line)
                            .orElseThrow(() -> new CommandFailure(file + " has a line that is not an identity")));
                }
            }
        }
        List<UdpDatagram> datagrams = PcapReader.read(Files.readAllBytes(capture))
                .orElseThrow(() -> new CommandFailure(capture + " is neither a pcap nor a pcapng file"));
        PrintWriter out = spec.commandLine().getOut();
        for (DecodedPacket packet : new CaptureDecoder(keyring).decode(datagrams)) {
            out.println(json.enabled() ? JsonOption.line(packet.fields()) : packet.toLine());
        }
        out.flush();
        return 0;
    }
}
