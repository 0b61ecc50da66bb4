package io.ztnio.tools.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers that count something; what is none is a wrong argument. */
public final class CountText {
    private CountText() {}

    private static int convert(String text, int min) {
        if (text.matches("\\d{1,9}")) {
            int count = Integer.parseInt(text);
            if (count >= min) {
                return count;
            }
        }
        throw new TypeConversionException("'" + text + "' is not a whole number from " + min);
    }

    /** Where none makes sense: for no limit. */
    public static final class OrZero implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return CountText.convert(text, 0);
        }
    }

    /** One or more. */
    public static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return CountText.convert(text, 1);
        }
    }
}
