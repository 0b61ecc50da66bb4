package io.ztnio.provider.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What others can point at in a Markdown file, and what it points at. Immutable. */
final class MarkdownFile {
    private static final Pattern HEADING = Pattern.compile("^(#{1,6}) +(.*?) *#*$");
    private static final Pattern NUMBER = Pattern.compile("^(\\d+(?:\\.\\d+)?) .*");
    /** A row whose first cell is a number, as the traps of the protocol have it. */
    private static final Pattern NUMBERED_ROW = Pattern.compile("^\\| (\\d+\\.\\d+) \\|.*");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern CODE = Pattern.compile("`+[^`]*`+");
    private static final String FENCE = "```";

    private final List<String> lines = new ArrayList<>();
    private final Set<String> anchors = new HashSet<>();
    private final TreeSet<String> sections = new TreeSet<>();
    private final List<String> links = new ArrayList<>();

    MarkdownFile(String text) {
        Map<String, Integer> used = new HashMap<>();
        boolean fenced = false;
        for (String line : text.split("\\R", -1)) {
            if (line.strip().startsWith(FENCE)) {
                fenced = !fenced;
                continue;
            }
            if (!fenced) {
                lines.add(line);
                read(line, used);
            }
        }
    }

    private void read(String line, Map<String, Integer> used) {
        Matcher heading = HEADING.matcher(line);
        if (heading.matches()) {
            String title = heading.group(2);
            String anchor = anchor(title);
            int before = used.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
            Matcher number = NUMBER.matcher(title);
            if (number.matches()) {
                sections.add(number.group(1));
            }
        }
        Matcher row = NUMBERED_ROW.matcher(line);
        if (row.matches()) {
            sections.add(row.group(1));
        }
        Matcher link = LINK.matcher(CODE.matcher(line).replaceAll("code"));
        while (link.find()) {
            links.add(link.group(1));
        }
    }

    /** What GitHub makes of a heading. */
    private static String anchor(String title) {
        String text = title.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").toLowerCase(Locale.ROOT);
        return text.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
    }

    /** The lines outside of fenced code. */
    List<String> lines() {
        return lines;
    }

    Set<String> anchors() {
        return anchors;
    }

    /** Numbers of headings, such as 8 and 8.3, and of numbered rows. */
    Set<String> sections() {
        return sections;
    }

    /** Targets of links, as they are written; those in code are none. */
    List<String> links() {
        return links;
    }
}
