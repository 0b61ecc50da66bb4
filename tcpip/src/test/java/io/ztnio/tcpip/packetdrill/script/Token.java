package io.ztnio.tcpip.packetdrill.script;

/** A word of the language, and where it begins (lines and columns from 1). */
record Token(Kind kind, String text, int line, int column) {
    enum Kind {
        /** Decimal digits. */
        INTEGER,
        /** Of the form 0x12. */
        HEX,
        /** With a decimal point. */
        DECIMAL,
        /** A name, or the digits of a hexadecimal blob. */
        WORD,
        /** Without its quotes. */
        STRING,
        /** Between backquotes. */
        COMMAND,
        /** Between %{ and }%. */
        CODE,
        /** Of the form --name=value. */
        OPTION,
        /** A punctuation mark, or three dots. */
        SYMBOL,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.HEX;
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the script" : "\"" + text + "\"";
    }
}
