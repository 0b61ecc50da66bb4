package io.ztnio.tcpip.packetdrill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Evaluates the code of scripts: assignments and assertions about the fields of {@code tcp_info}, in as much of Python as
 * that takes. What the code prints is discarded.
 */
final class Assertions {
    private static final Map<String, Long> CONSTANTS = Map.ofEntries(
            Map.entry("TCP_ESTABLISHED", 1L),
            Map.entry("TCP_SYN_SENT", 2L),
            Map.entry("TCP_SYN_RECV", 3L),
            Map.entry("TCP_FIN_WAIT1", 4L),
            Map.entry("TCP_FIN_WAIT2", 5L),
            Map.entry("TCP_TIME_WAIT", 6L),
            Map.entry("TCP_CLOSE", 7L),
            Map.entry("TCP_CLOSE_WAIT", 8L),
            Map.entry("TCP_LAST_ACK", 9L),
            Map.entry("TCP_LISTEN", 10L),
            Map.entry("TCP_CLOSING", 11L),
            Map.entry("TCPI_ESTABLISHED", 1L),
            Map.entry("TCPI_SYN_SENT", 2L),
            Map.entry("TCPI_SYN_RECEIVED", 3L),
            Map.entry("TCPI_FIN_WAIT_1", 4L),
            Map.entry("TCPI_FIN_WAIT_2", 5L),
            Map.entry("TCPI_TIME_WAIT", 6L),
            Map.entry("TCPI_CLOSED", 7L),
            Map.entry("TCPI_CLOSE_WAIT", 8L),
            Map.entry("TCPI_LAST_ACK", 9L),
            Map.entry("TCPI_LISTEN", 10L),
            Map.entry("TCPI_CLOSING", 11L),
            Map.entry("TCPI_OPT_TIMESTAMPS", 1L),
            Map.entry("TCPI_OPT_SACK", 2L),
            Map.entry("TCPI_OPT_WSCALE", 4L),
            Map.entry("TCPI_OPT_ECN", 8L),
            Map.entry("TCPI_OPT_SYN_DATA", 32L),
            Map.entry("TCP_CA_Open", 0L),
            Map.entry("TCP_CA_Disorder", 1L),
            Map.entry("TCP_CA_CWR", 2L),
            Map.entry("TCP_CA_Recovery", 3L),
            Map.entry("TCP_CA_Loss", 4L),
            Map.entry("TCP_INFINITE_SSTHRESH", 0x7fff_ffffL));

    private final Map<String, Object> variables = new HashMap<>();
    private final Set<String> skipped = new LinkedHashSet<>();

    /** A statement that needs a field which the stack does not have. */
    private static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unknown(String name) {
            super(name);
        }
    }

    /** Fields that were asked for and that the stack does not have. */
    List<String> skipped() {
        return new ArrayList<>(skipped);
    }

    /**
     * Runs code.
     *
     * @param fields what a field of {@code tcp_info} is, or {@code null}
     * @throws Difference for an assertion that does not hold
     */
    void run(String code, Function<String, Long> fields) {
        for (String statement : PythonTokens.statements(code)) {
            try {
                new Statement(PythonTokens.of(statement), statement, fields).run();
            } catch (Unknown unknown) {
                skipped.add(unknown.getMessage());
            }
        }
    }

    /** One statement, parsed while it is evaluated. */
    private final class Statement {
        private final List<String> tokens;
        private final String text;
        private final Function<String, Long> fields;
        private int next;

        Statement(List<String> tokens, String text, Function<String, Long> fields) {
            this.tokens = tokens;
            this.text = text;
            this.fields = fields;
        }

        void run() {
            if (takeIf("assert")) {
                boolean holds = isTrue(expression());
                String message = takeIf(",") ? String.valueOf(expression()) : "";
                end();
                if (!holds) {
                    throw new Difference(
                            "not " + text.strip().substring("assert".length()).strip() + " (" + message + ")");
                }
            } else if (takeIf("print")) {
                expression();
                end();
            } else {
                assign();
            }
        }

        private void assign() {
            String name = tokens.get(next++);
            boolean adds = takeIf("+=");
            if (!name.matches("[A-Za-z_]\\w*") || (!adds && !takeIf("="))) {
                throw new Difference("code that is not understood: " + text);
            }
            Object value = expression();
            variables.put(name, adds ? number(variable(name)) + number(value) : value);
            end();
        }

        private void end() {
            if (next < tokens.size()) {
                throw new Difference("code that is not understood: " + text);
            }
        }

        private Object expression() {
            Object left = conjunction();
            while (takeIf("or")) {
                Object right = conjunction();
                left = isTrue(left) ? left : right;
            }
            return left;
        }

        private Object conjunction() {
            Object left = negation();
            while (takeIf("and")) {
                Object right = negation();
                left = isTrue(left) ? right : left;
            }
            return left;
        }

        private Object negation() {
            return takeIf("not") ? (Object) truth(!isTrue(negation())) : comparison();
        }

        /** As in Python, {@code a < b < c} means both. */
        private Object comparison() {
            Object left = bits();
            boolean all = true;
            boolean any = false;
            while (next < tokens.size()
                    && List.of("==", "!=", "<", "<=", ">", ">=").contains(tokens.get(next))) {
                String operator = tokens.get(next++);
                Object right = bits();
                all &= compare(operator, left, right);
                any = true;
                left = right;
            }
            return any ? truth(all) : left;
        }

        private boolean compare(String operator, Object left, Object right) {
            if (left instanceof String || right instanceof String) {
                return operator.equals("==") == left.equals(right);
            }
            int order = Long.compare(number(left), number(right));
            return switch (operator) {
                case "==" -> order == 0;
                case "!=" -> order != 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }

        private Object bits() {
            Object left = sum();
            while (true) {
                if (takeIf("|")) {
                    left = number(left) | number(sum());
                } else if (takeIf("&")) {
                    left = number(left) & number(sum());
                } else {
                    return left;
                }
            }
        }

        private Object sum() {
            Object left = product();
            while (true) {
                if (takeIf("+")) {
                    left = number(left) + number(product());
                } else if (takeIf("-")) {
                    left = number(left) - number(product());
                } else {
                    return left;
                }
            }
        }

        private Object product() {
            Object left = primary();
            while (true) {
                if (takeIf("*")) {
                    left = number(left) * number(primary());
                } else if (takeIf("//") || takeIf("/")) {
                    left = Math.floorDiv(number(left), number(primary()));
                } else if (takeIf("%")) {
                    Object right = primary();
                    left = left instanceof String ? left + " % " + right : Math.floorMod(number(left), number(right));
                } else {
                    return left;
                }
            }
        }

        private Object primary() {
            if (takeIf("-")) {
                return -number(primary());
            }
            if (takeIf("(")) {
                List<Object> items = new ArrayList<>();
                do {
                    items.add(expression());
                } while (takeIf(","));
                if (!takeIf(")")) {
                    throw new Difference("code that is not understood: " + text);
                }
                return items.size() == 1 ? items.get(0) : items.toString();
            }
            if (next >= tokens.size()) {
                throw new Difference("code that is not understood: " + text);
            }
            String token = tokens.get(next++);
            char first = token.charAt(0);
            if (first == '\'' || first == '"') {
                return token.substring(1, token.length() - 1);
            }
            return Character.isDigit(first) ? (Object) Long.decode(token) : variable(token);
        }

        private Object variable(String name) {
            Object value = variables.get(name);
            if (value == null) {
                value = name.startsWith("tcpi_") ? fields.apply(name) : CONSTANTS.get(name);
            }
            if (value == null && name.startsWith("tcpi_")) {
                throw new Unknown(name);
            }
            if (value == null) {
                throw new Difference("code that is not understood: " + name + " in " + text);
            }
            return value;
        }

        private boolean takeIf(String token) {
            boolean there = next < tokens.size() && tokens.get(next).equals(token);
            if (there) {
                next++;
            }
            return there;
        }

        private long number(Object value) {
            if (value instanceof Long number) {
                return number;
            }
            throw new Difference("code that is not understood: " + text);
        }
    }

    private static Long truth(boolean value) {
        return value ? 1L : 0L;
    }

    private static boolean isTrue(Object value) {
        return value instanceof Long number ? number != 0 : !((String) value).isEmpty();
    }
}
