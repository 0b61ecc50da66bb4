package io.ztnio.tools.cli.network;

import io.ztnio.tools.cli.command.Console;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Shows what comes on a connection as JSON, an object for what has come at once: {@code {"event": "data", "bytes": ...}} with
 * {@code text} if it is text throughout, otherwise {@code hex}. A character that is not complete yet waits for the rest of it.
 *
 * <p>Thread: the command's.
 */
final class ReceivedData extends OutputStream {
    /** Longest beginning of a character in UTF-8 that is not a character. */
    private static final int MAX_BEGINNING = 3;

    private final Console console;
    private byte[] beginning = {};

    ReceivedData(Console console) {
        this.console = console;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        byte[] all = Arrays.copyOf(beginning, beginning.length + length);
        System.arraycopy(bytes, offset, all, beginning.length, length);
        int incomplete = incomplete(all);
        beginning = Arrays.copyOfRange(all, all.length - incomplete, all.length);
        show(ByteBuffer.wrap(all, 0, all.length - incomplete));
    }

    /** How many bytes at the end begin a character that needs more. */
    private static int incomplete(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        for (int length = 1; length <= Math.min(MAX_BEGINNING, bytes.length); length++) {
            ByteBuffer end = ByteBuffer.wrap(bytes, bytes.length - length, length);
            boolean isStart = (end.get(end.position()) & 0xc0) == 0xc0;
            if (isStart) {
                CharBuffer none = CharBuffer.allocate(2);
                boolean waits = decoder.reset().decode(end, none, false).isUnderflow() && end.hasRemaining();
                return waits ? length : 0;
            }
        }
        return 0;
    }

    /** Shows what still waits. */
    @Override
    public void close() {
        show(ByteBuffer.wrap(beginning));
        beginning = new byte[0];
    }

    private void show(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        String hex = Printable.hex(bytes);
        String text = Printable.jsonText(bytes).orElse(null);
        console.print(
                "",
                NetworkCommand.object(
                        "event",
                        "data",
                        "bytes",
                        bytes.remaining(),
                        text == null ? "hex" : "text",
                        text == null ? hex : text));
    }
}
