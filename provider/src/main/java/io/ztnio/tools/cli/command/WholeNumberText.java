package io.ztnio.tools.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers of 64 bits that name something. */
public final class WholeNumberText implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
    }
}
