package io.ztnio.tcpip.packetdrill.script;

import io.ztnio.tcpip.packetdrill.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Splits a script into tokens, without comments and without what {@code #ifdef} leaves out. */
final class Lexer {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(String text) {
        this.text = text;
    }

    /** @param defined the symbols for which {@code #ifdef} holds */
    static List<Token> tokens(String script, Set<String> defined) {
        Lexer lexer = new Lexer(withoutOtherBranches(script, defined));
        lexer.run();
        return lexer.tokens;
    }

    /** Blanks lines that are not for us, so that those behind keep their numbers. */
    private static String withoutOtherBranches(String script, Set<String> defined) {
        List<String> out = new ArrayList<>();
        List<Boolean> open = new ArrayList<>();
        int number = 0;
        for (String each : script.split("\n", -1)) {
            number++;
            String trimmed = each.strip();
            String[] words = trimmed.split("\\s+", -1);
            boolean directive = true;
            switch (words[0]) {
                case "#ifdef" -> open.add(words.length > 1 && defined.contains(words[1]));
                case "#ifndef" -> open.add(words.length > 1 && !defined.contains(words[1]));
                case "#else" -> {
                    int last = last(open, number, "#else");
                    open.set(last, !open.get(last));
                }
                case "#endif" -> open.remove(last(open, number, "#endif"));
                default -> directive = false;
            }
            out.add(directive || open.contains(false) ? "" : each);
        }
        if (!open.isEmpty()) {
            throw new ScriptError(number, 1, "an #ifdef has no #endif");
        }
        return String.join("\n", out);
    }

    private static int last(List<Boolean> open, int number, String directive) {
        if (open.isEmpty()) {
            throw new ScriptError(number, 1, directive + " without #ifdef");
        }
        return open.size() - 1;
    }

    private void run() {
        while (true) {
            skipBlanks();
            if (at >= text.length()) {
                add(Kind.END, "", at);
                return;
            }
            char first = text.charAt(at);
            if (first == '`') {
                enclosed(Kind.COMMAND, "`", "`");
            } else if (text.startsWith("%{", at)) {
                enclosed(Kind.CODE, "%{", "}%");
            } else if (first == '"') {
                enclosed(Kind.STRING, "\"", "\"");
            } else if (text.startsWith("--", at) && isLetter(at + 2)) {
                int end = at;
                while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                    end++;
                }
                take(Kind.OPTION, end);
            } else if (isDigit(at) || (first == '.' && isDigit(at + 1) && !endsWord(at - 1))) {
                number();
            } else if (isLetter(at)) {
                take(Kind.WORD, wordEnd(at));
            } else {
                take(Kind.SYMBOL, text.startsWith("...", at) ? at + 3 : at + 1);
            }
        }
    }

    private void skipBlanks() {
        while (at < text.length()) {
            if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                advance(end < 0 ? text.length() : end);
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw error("a comment has no end");
                }
                advance(end + 2);
            } else if (Character.isWhitespace(text.charAt(at))) {
                advance(at + 1);
            } else {
                return;
            }
        }
    }

    /** Numbers; digits that go on with letters are a blob. */
    private void number() {
        int end = wordEnd(at);
        String word = text.substring(at, end);
        if (word.matches("0[xX][0-9a-fA-F]+")) {
            take(Kind.HEX, end);
        } else if (word.matches("[0-9]*")) {
            if (end < text.length() && text.charAt(end) == '.' && isDigit(end + 1)) {
                end++;
                while (isDigit(end)) {
                    end++;
                }
                take(Kind.DECIMAL, end);
            } else {
                take(Kind.INTEGER, end);
            }
        } else {
            take(Kind.WORD, end);
        }
    }

    private void enclosed(Kind kind, String open, String close) {
        int from = at + open.length();
        int end = text.indexOf(close, from);
        if (end < 0) {
            throw error(open + " has no " + close);
        }
        add(kind, text.substring(from, end), at);
        advance(end + close.length());
    }

    private void take(Kind kind, int end) {
        add(kind, text.substring(at, end), at);
        advance(end);
    }

    private void add(Kind kind, String content, int from) {
        tokens.add(new Token(kind, content, line, from - lineStart + 1));
    }

    private void advance(int to) {
        while (at < to) {
            if (text.charAt(at++) == '\n') {
                line++;
                lineStart = at;
            }
        }
    }

    private ScriptError error(String what) {
        return new ScriptError(line, at - lineStart + 1, what);
    }

    private int wordEnd(int from) {
        int end = from;
        while (end < text.length() && (isLetter(end) || isDigit(end))) {
            end++;
        }
        return end;
    }

    /** Whether the dot behind belongs to flags, as in {@code S.5}, which nobody writes, or to a number. */
    private boolean endsWord(int index) {
        return index >= 0 && isLetter(index);
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private boolean isLetter(int index) {
        return index < text.length() && (Character.isLetter(text.charAt(index)) || text.charAt(index) == '_');
    }
}
