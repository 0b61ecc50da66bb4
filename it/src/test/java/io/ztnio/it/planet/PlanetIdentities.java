package io.ztnio.it.planet;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Identities made beforehand, each in its binary form with its secret (135 bytes), because making one takes a third of a second. */
final class PlanetIdentities {
    private static final List<Identity> ALL = read();

    /** What was found of an identity, by whichever node asked first. */
    private static final Map<Identity, Boolean> VERDICTS = known();

    private static long asked;

    private PlanetIdentities() {}

    static int count() {
        return ALL.size();
    }

    static Identity of(int index) {
        return ALL.get(index);
    }

    /**
     * What {@link Identity#locallyValid} says, computed once for all nodes; for those of the file not even once, because {@link
     * PlanetIdentitiesIT} has looked at them.
     */
    static boolean isValid(Identity identity) {
        asked++;
        return VERDICTS.computeIfAbsent(identity, Identity::locallyValid);
    }

    /** How often {@link #isValid} has been asked: a node by itself would have computed the hash each time. */
    static long asked() {
        return asked;
    }

    private static Map<Identity, Boolean> known() {
        Map<Identity, Boolean> verdicts = new HashMap<>();
        ALL.forEach(identity -> verdicts.put(identity.withoutSecret(), true));
        return verdicts;
    }

    private static List<Identity> read() {
        try (InputStream in = PlanetIdentities.class.getResourceAsStream("identities.bin")) {
            ByteReader reader = new ByteReader(in.readAllBytes());
            List<Identity> identities = new ArrayList<>();
            while (reader.remaining() > 0) {
                identities.add(Identity.read(reader).orElseThrow());
            }
            return List.copyOf(identities);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
