package io.ztnio.tcpip.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits the code of scripts into statements and these into tokens. */
final class PythonTokens {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*('[^']*'|\"[^\"]*\"|0x[0-9a-fA-F]+|\\d+|[A-Za-z_]\\w*|==|!=|<=|>=|\\+=|//|[-+*/%<>=&|(),])");

    private PythonTokens() {}

    /** Without comments and empty ones. */
    static List<String> statements(String code) {
        List<String> out = new ArrayList<>();
        for (String line : code.replace("\\\n", " ").split("\n", -1)) {
            int comment = line.indexOf('#');
            for (String statement : (comment < 0 ? line : line.substring(0, comment)).split(";", -1)) {
                if (!statement.isBlank()) {
                    out.add(statement.strip());
                }
            }
        }
        return out;
    }

    static List<String> of(String statement) {
        List<String> out = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(statement);
        int at = 0;
        while (matcher.lookingAt()) {
            out.add(matcher.group(1));
            at = matcher.end();
            matcher.region(at, statement.length());
        }
        if (!statement.substring(at).isBlank()) {
            throw new Difference("code that is not understood: " + statement);
        }
        return out;
    }
}
