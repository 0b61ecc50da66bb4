package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Each conformance scenario, 1 to 168, has a test that begins with its number, such as {@code s07}: in this package, or in
 * the package of what it is about if it makes no connection.
 */
class ScenarioIndexTest {
    private static final int SCENARIOS = 168;
    private static final Pattern NAME = Pattern.compile("s(\\d{2,3})(?:[Aa]nd(\\d{2,3}))?[A-Z].*");

    @Test
    void everyScenarioHasATest() throws Exception {
        TreeSet<Integer> found = new TreeSet<>();
        for (Class<?> type : testClasses(2)) {
            for (Method method : type.getDeclaredMethods()) {
                Matcher name = NAME.matcher(method.getName());
                if (isTest(method) && name.matches()) {
                    found.add(Integer.valueOf(name.group(1)));
                    if (name.group(2) != null) {
                        found.add(Integer.valueOf(name.group(2)));
                    }
                }
            }
        }

        List<Integer> all = IntStream.rangeClosed(1, SCENARIOS).boxed().toList();
        assertThat(found).containsExactlyElementsOf(all);
    }

    /** {@link FuzzTest} goes through the starts by itself. */
    @Test
    void scenariosRunWhereSequenceNumbersCross() throws Exception {
        for (Class<?> type : testClasses(1)) {
            boolean scenarios = Stream.of(type.getDeclaredMethods())
                    .anyMatch(method ->
                            isTest(method) && NAME.matcher(method.getName()).matches());
            if (scenarios && type != FuzzTest.class) {
                assertThat(type).hasAnnotation(AtEverySequenceStart.class);
            }
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    /** @param depth 1 for this package only, 2 for those below it too */
    private static List<Class<?>> testClasses(int depth)
            throws IOException, URISyntaxException, ClassNotFoundException {
        String packageName = ScenarioIndexTest.class.getPackageName();
        Path root = Path.of(ScenarioIndexTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve(packageName.replace('.', '/')), depth)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), ".");
                if (name.endsWith("Test.class")) {
                    types.add(Class.forName(name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return types;
    }
}
