package io.ztnio.provider.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What comments, tests and documents point at is there. */
@Tag("any-jdk")
class DocumentReferencesTest {
    private static final Path DOCS = Path.of("docs");
    private static final Path PROTOCOL = DOCS.resolve("protocol.md");
    private static final Path SCENARIOS = DOCS.resolve("scenarios.md");
    private static final Path SIMULATIONS = DOCS.resolve("simulations.md");
    private static final Path CONTRACT = DOCS.resolve("nio-contract.md");
    private static final Path PROTOCOL_CODE = Path.of("protocol", "src", "main");

    private static final String NUMBERS = "(\\d+(?:\\.\\d+)?(?:(?:,| and| to|, and) \\d+(?:\\.\\d+)?)*)";
    /** A document and the sections of it that are meant; as javadoc has it, {@code protocol.md} in braces. */
    private static final Pattern SECTIONS = Pattern.compile("([a-z-]+\\.md)`?\\}? (?:sections? )?" + NUMBERS);

    private static final Pattern DOCUMENT = Pattern.compile("(?<![\\w./-])((?:[\\w.-]+/)*[\\w-]+\\.md)\\b");
    private static final Pattern SCENARIO =
            Pattern.compile("[Ss]cenarios? (?:of )?(\\d+(?:(?:,| and| to|, and) \\d+)*)");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");
    private static final Pattern TEST_METHOD = Pattern.compile("`([A-Z]\\w*(?:Test|IT))\\.(\\w+)`");
    private static final Pattern SCENARIO_TEST =
            Pattern.compile("\\bvoid s(\\d{2,3})(?:[Aa]nd(\\d{2,3}))?[A-Z]\\w*\\(");
    private static final Pattern CELL = Pattern.compile("(?<![\\w/-])N(\\d{1,2})(?![0-9])[a-z]{0,2}\\b");
    private static final Pattern SCENARIO_ROW = Pattern.compile("^\\| (N?\\d+) \\|.*\\| ([^|]*) \\|$");

    private static SourceTree tree;
    private static final Map<Path, MarkdownFile> DOCUMENTS = new TreeMap<>();
    /** Texts that may name something, without the line ends in comments. */
    private static final Map<Path, String> JOINED = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        tree = SourceTree.read();
        tree.texts().forEach((path, text) -> {
            if (text.contains(".md") || text.contains("cenario") || path.startsWith(PROTOCOL_CODE)) {
                JOINED.put(path, text.replaceAll("\\R\\s*(?:\\*(?!/)|//)?\\s*", " "));
            }
            if (path.toString().endsWith(".md")) {
                DOCUMENTS.put(path, new MarkdownFile(text));
            }
        });
    }

    @Test
    void everyDocumentThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        JOINED.forEach((path, text) -> {
            Matcher document = DOCUMENT.matcher(text);
            while (document.find()) {
                if (!exists(path, document.group(1))) {
                    missing.add(path + " names " + document.group(1));
                }
            }
        });

        assertThat(missing).isEmpty();
    }

    /** As a path from the root, from docs, from the file itself, or from its module, where tests run. */
    private static boolean exists(Path from, String name) {
        Path inModule = from.getName(0).resolve(name).normalize();
        return DOCUMENTS.containsKey(Path.of(name))
                || DOCUMENTS.containsKey(DOCS.resolve(name))
                || DOCUMENTS.containsKey(inModule)
                || DOCUMENTS.containsKey(from.resolveSibling(name).normalize());
    }

    @Test
    void everySectionThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Map.Entry<Path, String> file : JOINED.entrySet()) {
            Matcher reference = SECTIONS.matcher(file.getValue());
            while (reference.find()) {
                MarkdownFile document = DOCUMENTS.get(DOCS.resolve(reference.group(1)));
                for (String section : reference.group(2).split("[^0-9.]+", -1)) {
                    found++;
                    if (document == null || !document.sections().contains(section)) {
                        missing.add(file.getKey() + " names section " + section + " of " + reference.group(1));
                    }
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(found).as("references found at all").isGreaterThan(100);
    }

    @Test
    void everySectionOfTheProtocolIsNamedWithItsDocument() {
        Pattern bare = Pattern.compile("\\((\\d{1,2}\\.\\d{1,2})\\)");
        List<String> found = new ArrayList<>();
        JOINED.forEach((path, text) -> {
            Matcher section = bare.matcher(text);
            while (path.startsWith(PROTOCOL_CODE) && section.find()) {
                found.add(path + " names " + section.group(1) + " without a document");
            }
        });

        assertThat(found).isEmpty();
    }

    @Test
    void everyNumberedSectionHasItsPlace() {
        List<Integer> order = new ArrayList<>();
        for (String line : DOCUMENTS.get(PROTOCOL).lines()) {
            Matcher heading = Pattern.compile("^#{2,3} (\\d+)(?:\\.(\\d+))? .*").matcher(line);
            if (heading.matches()) {
                String below = heading.group(2);
                order.add(1000 * Integer.parseInt(heading.group(1)) + (below == null ? -1 : Integer.parseInt(below)));
            }
        }

        assertThat(order).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void everyScenarioThatIsNamedExists() {
        Set<String> known = scenarioTests().keySet();
        List<String> missing = new ArrayList<>();
        JOINED.forEach((path, text) -> {
            Matcher scenario = SCENARIO.matcher(text);
            while (scenario.find()) {
                for (String number : scenario.group(1).split("[^0-9]+", -1)) {
                    if (!known.contains(number)) {
                        missing.add(path + " names scenario " + number);
                    }
                }
            }
        });

        assertThat(known).contains("1", "168", "N1", "N31");
        assertThat(missing).isEmpty();
    }

    @Test
    void everySimulationThatIsNamedExists() {
        Set<String> known = scenarioTests().keySet();
        Set<String> missing = new TreeSet<>();
        tree.texts().forEach((path, text) -> {
            boolean simulates = path.getParent() != null && path.getParent().endsWith("tcpip/sim");
            if (simulates || path.equals(SIMULATIONS) || path.equals(SCENARIOS)) {
                Matcher cell = CELL.matcher(text);
                while (cell.find()) {
                    if (!known.contains("N" + cell.group(1))) {
                        missing.add(path + " names " + cell.group());
                    }
                }
            }
        });

        assertThat(missing).isEmpty();
    }

    @Test
    void everyScenarioNamesTheTestsThatProveIt() {
        Map<String, Set<String>> tests = new TreeMap<>();
        tree.texts().forEach((path, text) -> {
            String name = path.getFileName().toString();
            if (name.endsWith("Test.java") && path.startsWith("tcpip")) {
                Matcher method = SCENARIO_TEST.matcher(text);
                while (method.find()) {
                    for (int group = 1; group <= 2 && method.group(group) != null; group++) {
                        tests.computeIfAbsent(
                                        String.valueOf(Integer.parseInt(method.group(group))), n -> new TreeSet<>())
                                .add(name.substring(0, name.length() - ".java".length()));
                    }
                }
            }
        });
        Map<String, Set<String>> named = new TreeMap<>();
        scenarioTests().forEach((number, classes) -> {
            if (!number.startsWith("N")) {
                named.put(number, classes);
            }
        });

        assertThat(named).isEqualTo(tests);
    }

    @Test
    void everySimulationNamesTheClassThatMakesItsCell() {
        List<String> missing = new ArrayList<>();
        scenarioTests().forEach((number, classes) -> {
            for (String name : classes) {
                Pattern id = Pattern.compile("\"" + number + "(?![0-9])");
                if (number.startsWith("N")
                        && !tree.anyJava(name, text -> id.matcher(text).find())) {
                    missing.add(number + " is not in " + name);
                }
            }
        });

        assertThat(missing).isEmpty();
    }

    /** The names in the last cell of each numbered row of the scenarios, by number. */
    private static Map<String, Set<String>> scenarioTests() {
        Map<String, Set<String>> result = new TreeMap<>();
        for (String line : DOCUMENTS.get(SCENARIOS).lines()) {
            Matcher row = SCENARIO_ROW.matcher(line);
            if (row.matches()) {
                Set<String> classes = new TreeSet<>();
                Matcher name = Pattern.compile("`(\\w+)`").matcher(row.group(2));
                while (name.find()) {
                    classes.add(name.group(1));
                }
                assertThat(result.put(row.group(1), classes))
                        .as("one row for %s", row.group(1))
                        .isNull();
            }
        }
        return result;
    }

    @Test
    void everyTestThatADocumentNamesExists() {
        List<String> missing = new ArrayList<>();
        DOCUMENTS.forEach((path, document) -> document.lines().forEach(line -> {
            Matcher type = TEST_CLASS.matcher(line);
            while (type.find()) {
                if (!tree.anyJava(type.group(1), text -> true)) {
                    missing.add(path + " names " + type.group(1));
                }
            }
            Matcher method = TEST_METHOD.matcher(line);
            while (method.find()) {
                String declared = "void " + method.group(2) + "(";
                if (!tree.anyJava(method.group(1), text -> text.contains(declared))) {
                    missing.add(path + " names " + method.group());
                }
            }
        }));

        assertThat(missing).isEmpty();
    }

    @Test
    void everyFileOfARuleOfTcpExists() {
        Path rooms = Path.of("tcpip", "src", "main", "java", "io", "ztnio", "tcpip", "tcp");
        Pattern file = Pattern.compile("`([a-z]+)/([A-Z]\\w+)`");
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (String line : DOCUMENTS.get(DOCS.resolve("architecture.md")).lines()) {
            Matcher named = file.matcher(line);
            while (line.startsWith("| ") && named.find()) {
                found++;
                Path room = named.group(1).equals("tcp") ? rooms : rooms.resolve(named.group(1));
                if (!tree.texts().containsKey(room.resolve(named.group(2) + ".java"))) {
                    missing.add(named.group());
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(found).as("files found at all").isGreaterThan(50);
    }

    @Test
    void everyPointOfTheContractNamesATestOrSaysWhyThereIsNone() {
        List<Integer> points = new ArrayList<>();
        for (String line : DOCUMENTS.get(CONTRACT).lines()) {
            Matcher row = Pattern.compile("^\\| (\\d+) \\|.*\\| ([^|]*) \\|$").matcher(line);
            if (row.matches()) {
                points.add(Integer.parseInt(row.group(1)));
                assertThat(row.group(2))
                        .as("point %s", row.group(1))
                        .containsPattern(TEST_METHOD.pattern() + "|not applicable");
            }
        }

        assertThat(points).isEqualTo(IntStream.rangeClosed(1, 105).boxed().toList());
    }

    @Test
    void everyRelativeLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        DOCUMENTS.forEach((path, document) -> document.links().forEach(link -> {
            boolean elsewhere = link.matches("[a-z]+:.*");
            if (!elsewhere && !leadsSomewhere(path, link)) {
                broken.add(path + " links to " + link);
            }
        }));

        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path from, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? from : from.resolveSibling(file).normalize();
        if (hash < 0) {
            return Files.exists(SourceTree.ROOT.resolve(target));
        }
        MarkdownFile document = DOCUMENTS.get(target);
        return document != null && document.anchors().contains(link.substring(hash + 1));
    }

    @Test
    void nothingOutsideOfTheRepositoryIsCited() {
        String notes = ".." + "/shared";
        assertThat(tree.texts().entrySet().stream()
                        .filter(file -> file.getValue().contains(notes))
                        .map(Map.Entry::getKey))
                .isEmpty();
    }
}
