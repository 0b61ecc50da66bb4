package io.ztnio.tcpip.packetdrill.script;

import io.ztnio.tcpip.packetdrill.script.Token.Kind;
import java.math.BigDecimal;
import java.util.List;

/** Reads tokens in order, and says where something else was expected. */
final class TokenReader {
    private final List<Token> tokens;
    private int next;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The token behind the next one. */
    Token peekSecond() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    boolean takeIf(String symbol) {
        boolean there = peek().is(symbol);
        if (there) {
            take();
        }
        return there;
    }

    boolean takeIfWord(String word) {
        boolean there = peek().isWord(word);
        if (there) {
            take();
        }
        return there;
    }

    void expect(String symbol) {
        if (!takeIf(symbol)) {
            throw expected("\"" + symbol + "\"");
        }
    }

    void expectWord(String word) {
        if (!takeIfWord(word)) {
            throw expected("\"" + word + "\"");
        }
    }

    String word(String what) {
        if (peek().kind() != Kind.WORD) {
            throw expected(what);
        }
        return take().text();
    }

    /** A number of up to 64 bits, decimal or hexadecimal, perhaps with a sign. */
    long number(String what) {
        boolean negative = peek().is("-") && peekSecond().isNumber();
        if (negative) {
            take();
        }
        if (!peek().isNumber()) {
            throw expected(what);
        }
        long value = Long.decode(decimal(take().text()));
        return negative ? -value : value;
    }

    /** Leading zeros do not make a number octal. */
    private static String decimal(String text) {
        return text.startsWith("0x") || text.startsWith("0X") ? text : text.replaceFirst("^0+(?=.)", "");
    }

    /** A number in a range. */
    int number(String what, int least, int most) {
        Token at = peek();
        long value = number(what);
        if (value < least || value > most) {
            throw error(at, what + " of " + value + " is not within " + least + " to " + most);
        }
        return (int) value;
    }

    /** Seconds, as microseconds. */
    long micros() {
        Token token = peek();
        if (token.kind() != Kind.INTEGER && token.kind() != Kind.DECIMAL) {
            throw expected("a time in seconds");
        }
        take();
        return new BigDecimal(token.text().startsWith(".") ? "0" + token.text() : token.text())
                .movePointRight(6)
                .longValue();
    }

    ScriptError expected(String what) {
        return error(peek(), "expected " + what + ", not " + peek());
    }

    ScriptError error(Token at, String what) {
        return new ScriptError(at.line(), at.column(), what);
    }
}
