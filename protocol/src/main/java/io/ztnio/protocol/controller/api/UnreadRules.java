package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.RuleJson;
import io.ztnio.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names the rules of a request that are left out, as ZeroTier's controller leaves them out without a word: what follows them may
 * apply to more than was meant. Stateless.
 */
final class UnreadRules {
    /** Named of one request. */
    private static final int MAX_NAMED = 8;

    private static final int MAX_NAME_LENGTH = 40;
    private static final String RULES = "rules";

    private UnreadRules() {}

    /** A line, if there are any. */
    static Optional<String> of(JsonObject changes, long networkId) {
        List<String> unread = new ArrayList<>();
        Optional<List<?>> rules = changes.list(RULES);
        rules.ifPresent(list -> look(RULES, list, unread));
        for (JsonObject capability : changes.objects("capabilities")) {
            String of = RULES + " of the capability " + capability.number("id", 0);
            capability.list(RULES).ifPresent(list -> look(of, list, unread));
        }
        if (unread.isEmpty()) {
            return Optional.empty();
        }
        boolean none = rules.isPresent() && RuleJson.readAll(rules.get()).isEmpty();
        String more = unread.size() > MAX_NAMED ? " and " + (unread.size() - MAX_NAMED) + " more" : "";
        return Optional.of("network " + NetworkId.format(networkId)
                + ": rules that are not known are left out, and what follows them applies without them: "
                + String.join(", ", unread.subList(0, Math.min(MAX_NAMED, unread.size()))) + more
                + (none ? ". No rule is left, so that nothing passes on this network" : ""));
    }

    private static void look(String where, List<?> list, List<String> unread) {
        for (int i = 0; i < list.size(); i++) {
            Optional<JsonObject> rule = JsonObject.of(list.get(i));
            if (rule.flatMap(RuleJson::read).isEmpty()) {
                String type = rule.map(each -> each.text("type", "")).orElse("");
                unread.add(where + "[" + i + "] " + (type.isEmpty() ? "without a type" : name(type)));
            }
        }
    }

    /** Somebody else's text in a log is one word. */
    private static String name(String type) {
        String word = type.replaceAll("[^A-Za-z0-9_]", "?");
        return word.substring(0, Math.min(MAX_NAME_LENGTH, word.length()));
    }
}
