package io.ztnio.protocol.sim;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Identities made beforehand, because making one takes a while. */
public final class SimIdentities {
    private static final List<Identity> ALL = read();

    private SimIdentities() {}

    /** One of 24, with its secret. */
    public static Identity of(int index) {
        return ALL.get(index);
    }

    /** Another key with the same address: nobody could make it, and nobody who checks would believe it. */
    public static Identity impostorOf(int index) {
        String stolen = Address.format(of(index).address());
        String own = of(ALL.size() - 1).toSecretString();
        return Identity.parse(stolen + own.substring(stolen.length())).orElseThrow();
    }

    private static List<Identity> read() {
        try (InputStream in = SimIdentities.class.getResourceAsStream("identities.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> Identity.parse(line).orElseThrow())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
