package io.ztnio.tools.cli.control;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids of moons and of their roots; of a moon with or without the zeros in front, as {@code listmoons} prints it. */
final class WorldText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (!text.matches("(000000)?[0-9a-fA-F]{10}")) {
            throw new TypeConversionException("'" + text + "' is not an id of 10 hexadecimal digits");
        }
        return text.substring(text.length() - 10).toLowerCase(Locale.ROOT);
    }
}
