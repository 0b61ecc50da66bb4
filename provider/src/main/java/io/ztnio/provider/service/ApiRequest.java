package io.ztnio.provider.service;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A request of the local API. Immutable.
 *
 * @param path without the query, its escapes resolved
 * @param query behind the question mark; empty if there is none
 * @param headers the first of each name, by names of which the case does not count
 */
record ApiRequest(String method, String path, String query, Map<String, String> headers, String body) {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
    private static final Pattern LOCAL_PAGE = Pattern.compile("https?://" + LOOPBACK.pattern());
    private static final String BEARER = "bearer";

    ApiRequest {
        Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        any.putAll(headers);
        headers = any;
    }

    /**
     * Whether it may come from a page of another origin: a browser says which page asks, and a page that has had its name
     * point to this machine is betrayed by the name.
     */
    boolean isForeign() {
        String host = headers.get("Host");
        String origin = headers.get("Origin");
        return (host != null && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches())
                || (origin != null
                        && !LOCAL_PAGE.matcher(origin.toLowerCase(Locale.ROOT)).matches())
                || "cross-site".equalsIgnoreCase(headers.get("Sec-Fetch-Site"));
    }

    /** The token that it shows, in the first place of three where there is one, as the daemon looks for it. */
    Optional<String> token() {
        String own = headers.get("X-ZT1-Auth");
        if (own != null && !own.isEmpty()) {
            return Optional.of(own);
        }
        Optional<String> parameter = parameter("auth");
        return parameter.isPresent() ? parameter : bearer();
    }

    private Optional<String> bearer() {
        String authorization = headers.getOrDefault("Authorization", "").strip();
        String[] words = authorization.split("\\s+", -1);
        return words.length == 2 && words[0].equalsIgnoreCase(BEARER) ? Optional.of(words[1]) : Optional.empty();
    }

    private Optional<String> parameter(String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                try {
                    return Optional.of(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
