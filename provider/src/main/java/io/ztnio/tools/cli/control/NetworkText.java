package io.ztnio.tools.cli.control;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Network ids; what is none is a wrong argument. */
final class NetworkText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (!text.matches("[0-9a-fA-F]{16}")) {
            throw new TypeConversionException("'" + text + "' is not a network id of 16 hexadecimal digits");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
