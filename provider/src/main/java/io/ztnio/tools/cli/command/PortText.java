package io.ztnio.tools.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ports; what is none is a wrong argument. */
public final class PortText {
    private static final int MAX_PORT = 65_535;

    private PortText() {}

    private static int convert(String text, int min) {
        if (text.matches("\\d{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= min && port <= MAX_PORT) {
                return port;
            }
        }
        throw new TypeConversionException("'" + text + "' is not a port from " + min + " to " + MAX_PORT);
    }

    /** To listen on: 0 is any free one. */
    public static final class Local implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return PortText.convert(text, 0);
        }
    }

    /** To send to. */
    public static final class Remote implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return PortText.convert(text, 1);
        }
    }
}
