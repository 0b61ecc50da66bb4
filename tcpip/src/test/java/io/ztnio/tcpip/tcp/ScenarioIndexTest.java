package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Each conformance scenario, 1 to 168, has a test in this package that begins with its number, such as {@code s07}. */
class ScenarioIndexTest {
    private static final int SCENARIOS = 168;
    private static final Pattern NAME = Pattern.compile("s(\\d{2,3})(?:[Aa]nd(\\d{2,3}))?[A-Z].*");

    @Test
    void everyScenarioHasATest() throws Exception {
        TreeSet<Integer> found = new TreeSet<>();
        for (Class<?> type : testClasses()) {
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

    /** {@link FuzzTest} goes through the starts by itself, and the other makes no connection. */
    @Test
    void scenariosRunWhereSequenceNumbersCross() throws Exception {
        Set<Class<?>> elsewhere = Set.of(FuzzTest.class, CongestionControlTest.class);
        for (Class<?> type : testClasses()) {
            boolean scenarios = Stream.of(type.getDeclaredMethods())
                    .anyMatch(method ->
                            isTest(method) && NAME.matcher(method.getName()).matches());
            if (scenarios && !elsewhere.contains(type)) {
                assertThat(type).hasAnnotation(AtEverySequenceStart.class);
            }
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    private static List<Class<?>> testClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        String packageName = ScenarioIndexTest.class.getPackageName();
        Path root = Path.of(ScenarioIndexTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith("Test.class")) {
                    types.add(Class.forName(packageName + '.' + name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return types;
    }
}
