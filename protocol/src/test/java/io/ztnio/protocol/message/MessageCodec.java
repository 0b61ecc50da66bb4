package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.Optional;

/** Reads a payload by its verb and writes it again, as far as there are records for it. */
public final class MessageCodec {
    private static final int CAPACITY = 20_000;

    private MessageCodec() {}

    /**
     * The payload as the records write what they read.
     *
     * @return {@code null} if there is no record for the verb; empty if the payload is malformed
     */
    public static Optional<byte[]> reencode(Verb verb, ByteReader reader) {
        ByteWriter writer = new ByteWriter(CAPACITY);
        Optional<?> message = switch (verb) {
            case NOP -> Optional.of(verb);
            case OK -> reencodeOk(reader, writer);
            case HELLO -> written(Hello.read(reader), Hello::write, writer);
            case ERROR ->
                written(ErrorHeader.read(reader), ErrorHeader::write, writer)
                        .flatMap(header -> written(Echo.read(reader), Echo::write, writer));
            case WHOIS -> written(Whois.read(reader), Whois::write, writer);
            case RENDEZVOUS -> written(Rendezvous.read(reader), Rendezvous::write, writer);
            case ECHO -> written(Echo.read(reader), Echo::write, writer);
            case PUSH_DIRECT_PATHS -> written(PushDirectPaths.read(reader), PushDirectPaths::write, writer);
            case USER_MESSAGE -> written(UserMessage.read(reader), UserMessage::write, writer);
            case MULTICAST_LIKE -> written(MulticastLike.read(reader), MulticastLike::write, writer);
            case MULTICAST_GATHER -> written(MulticastGather.read(reader), MulticastGather::write, writer);
            case NETWORK_CONFIG_REQUEST ->
                written(NetworkConfigRequest.read(reader), NetworkConfigRequest::write, writer);
            case NETWORK_CONFIG -> written(NetworkConfigChunk.read(reader), NetworkConfigChunk::write, writer);
            default -> null;
        };
        return message == null ? null : message.map(ignored -> writer.toByteArray());
    }

    private static Optional<?> reencodeOk(ByteReader reader, ByteWriter writer) {
        Optional<OkHeader> header = written(OkHeader.read(reader), OkHeader::write, writer);
        Verb verb = header.map(OkHeader::inReVerb).orElse(null);
        if (verb == null) {
            return header;
        }
        return switch (verb) {
            case HELLO -> written(OkHello.read(reader), OkHello::write, writer);
            case WHOIS -> written(OkWhois.read(reader), OkWhois::write, writer);
            case MULTICAST_GATHER -> written(OkMulticastGather.read(reader), OkMulticastGather::write, writer);
            case MULTICAST_FRAME -> written(OkMulticastFrame.read(reader), OkMulticastFrame::write, writer);
            case NETWORK_CONFIG_REQUEST -> written(NetworkConfigChunk.read(reader), NetworkConfigChunk::write, writer);
            default -> written(Echo.read(reader), Echo::write, writer);
        };
    }

    private static <M> Optional<M> written(Optional<M> message, Write<M> write, ByteWriter writer) {
        message.ifPresent(present -> write.to(present, writer));
        return message;
    }

    private interface Write<M> {
        void to(M message, ByteWriter writer);
    }
}
