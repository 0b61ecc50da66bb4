package io.ztnio.tools.cli.decode;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.identity.Address;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A packet of the capture.
 *
 * @param timeNanos since the epoch, of the last piece
 * @param source ZeroTier address, 0 if only fragments were seen
 * @param cipher suite's code, -1 if only fragments were seen
 * @param verb name, or {@code -} if it cannot be read
 * @param size bytes, with the header
 * @param body the verb's fields; empty unless the status is {@link Status#OK}
 */
record DecodedPacket(
        long timeNanos,
        long source,
        long destination,
        long packetId,
        int cipher,
        String verb,
        int size,
        Status status,
        Map<String, Object> body) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Whether a packet could be read, or why not. */
    enum Status {
        OK("ok"),
        NO_KEY("no identity with a secret for either end"),
        UNKNOWN_PEER("identity of the other end unknown"),
        NOT_AUTHENTIC("not authentic"),
        TRUSTED_PATH("not authenticated: trusted path"),
        UNKNOWN_CIPHER("unknown cipher"),
        MALFORMED("malformed"),
        INCOMPLETE("fragments missing");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** For people and for JSON. */
        String text() {
            return text;
        }
    }

    private String time() {
        return Instant.ofEpochSecond(timeNanos / NANOS_PER_SECOND, timeNanos % NANOS_PER_SECOND)
                .toString();
    }

    private String sourceText() {
        return source == 0 ? "-" : Address.format(source);
    }

    private String cipherText() {
        return Optional.ofNullable(CipherSuite.of(cipher)).map(Enum::name).orElse(cipher < 0 ? "-" : "" + cipher);
    }

    /** One line for people. */
    String toLine() {
        return String.format(
                "%-30s %10s > %s %016x %-18s %-22s %5d %s",
                time(), sourceText(), Address.format(destination), packetId, cipherText(), verb, size, status.text());
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", time());
        fields.put("source", sourceText());
        fields.put("destination", Address.format(destination));
        fields.put("packetId", String.format("%016x", packetId));
        fields.put("cipher", cipherText());
        fields.put("verb", verb);
        fields.put("size", size);
        fields.put("status", status.text());
        if (status == Status.OK) {
            fields.put("body", body);
        }
        return fields;
    }
}
