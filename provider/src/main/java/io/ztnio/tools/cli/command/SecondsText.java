package io.ztnio.tools.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Seconds, with decimals. */
public final class SecondsText implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw new TypeConversionException("'" + text + "' is not a number of seconds such as 10 or 0.5");
        }
        return Double.parseDouble(text);
    }
}
