package io.ztnio.tools.cli.node;

import io.ztnio.protocol.controller.AddressText;
import io.ztnio.protocol.controller.RuleJson;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.tools.cli.command.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Refuses rules that a person wrote and that would not do what they say: of an unknown type, with a field that the type does not
 * have, or with a value that would be another one. Thread-safe.
 */
final class RuleFields {
    private static final String TYPE = "type";
    private static final String NOT = "not";
    private static final String OR = "or";
    private static final String HEX = "[0-9a-fA-F]{1,16}";
    private static final String[] KNOWN = known();

    private RuleFields() {}

    private static String[] known() {
        TreeSet<String> known = new TreeSet<>(List.of(TYPE, NOT, OR));
        for (RuleType type : RuleType.values()) {
            if (type != RuleType.ACTION_PRIORITY) {
                known.addAll(RuleJson.fields(type));
            }
        }
        return known.toArray(new String[0]);
    }

    /** Checks the rules in a field, whose values are given beside it. */
    static void check(JsonFields json, String field, List<?> values) {
        List<JsonFields> rules = json.objects(field, KNOWN);
        for (int i = 0; i < rules.size(); i++) {
            check(rules.get(i), JsonObject.of(values.get(i)).orElseThrow());
        }
    }

    private static void check(JsonFields rule, JsonObject given) {
        RuleType type = RuleJson.type(rule.requiredText(TYPE))
                .orElseThrow(() -> rule.wrong(TYPE, "the name of an action or match, such as ACTION_ACCEPT"));
        rule.flag(NOT, false);
        rule.flag(OR, false);
        List<?> kept = RuleJson.writeAll(List.of(RuleJson.read(given).orElseThrow()));
        JsonObject written = JsonObject.of(kept.get(0)).orElseThrow();
        for (Map.Entry<String, Object> each : given.fields().entrySet()) {
            String name = each.getKey();
            boolean isCommon = name.equals(TYPE) || name.equals(NOT) || name.equals(OR);
            // The daemon writes a length there, and ignores it.
            boolean isIgnored = type == RuleType.ACTION_REDIRECT && name.equals("length");
            if (!isCommon && !isIgnored && !RuleJson.fields(type).contains(name)) {
                throw rule.wrong(
                        name,
                        "nothing: " + type + " has "
                                + (RuleJson.fields(type).isEmpty()
                                        ? "no fields"
                                        : String.join(", ", RuleJson.fields(type))));
            }
            if (!isCommon && !isIgnored && !isSame(each.getValue(), written.get(name))) {
                throw rule.wrong(name, expected(given, name, written.get(name)));
            }
        }
    }

    /** What a field takes, of which the value given would be {@code kept}. */
    private static String expected(JsonObject given, String name, Object kept) {
        if (!(kept instanceof Number)) {
            return "a value that means itself; this one would mean " + Json.write(kept);
        }
        // What is beside the range goes round in it.
        long least = kept(given, name, 0) == 0 ? 0 : 1;
        return "a whole number from " + least + " to " + kept(given, name, least - 1) + ", without quotation marks";
    }

    private static long kept(JsonObject given, String name, long number) {
        JsonObject rule = new JsonObject().put(TYPE, given.get(TYPE)).put(name, number);
        List<?> written = RuleJson.writeAll(List.of(RuleJson.read(rule).orElseThrow()));
        return ((Number) JsonObject.of(written.get(0)).orElseThrow().get(name)).longValue();
    }

    private static boolean isSame(Object given, Object kept) {
        if (!(kept instanceof String text)) {
            return Objects.equals(given, kept);
        }
        if (given instanceof String other) {
            return other.equalsIgnoreCase(text)
                    // Without a length it would match everything.
                    || (other.contains("/")
                            && AddressText.prefixText(other)
                                    .filter(text::equals)
                                    .isPresent())
                    || (other.matches(HEX) && text.matches(HEX) && Json.hexNumber(other, 0) == Json.hexNumber(text, 0));
        }
        return given instanceof Number number && number.longValue() == Json.hexNumber(text, 0);
    }
}
