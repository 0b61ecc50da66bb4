package io.ztnio.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Jars with the tests' programs that {@code java -jar} runs. Stateless. */
public final class ProgramJar {
    private static final String BOOT_CLASSES = "BOOT-INF/classes/";
    private static final String BOOT_LIBRARIES = "BOOT-INF/lib/";

    private ProgramJar() {}

    /** A jar with the programs at its top. */
    public static Path plain(Path file, Class<?> main) throws IOException {
        try (JarOutputStream jar = open(file, manifest(main.getName()))) {
            addPrograms(jar, "");
        }
        return file;
    }

    /** A jar with the classes of a folder, without packages. */
    public static Path ofClasses(Path file, Path folder) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                Stream<Path> classes = Files.list(folder)) {
            for (Path each : classes.toList()) {
                add(jar, new JarEntry(each.getFileName().toString()), Files.readAllBytes(each));
            }
        }
        return file;
    }

    /** A jar with an agent and the programs at its top. */
    public static Path agent(Path file, Class<?> agent) throws IOException {
        Manifest manifest = manifest(agent.getName());
        manifest.getMainAttributes().putValue("Premain-Class", agent.getName());
        try (JarOutputStream jar = open(file, manifest)) {
            addPrograms(jar, "");
        }
        return file;
    }

    /** A jar as Spring Boot packs it: its loader at the top, the programs and libraries nested. */
    public static Path springBoot(Path file, Class<?> main, Path... libraries) throws IOException {
        return springBoot(file, main.getName(), libraries);
    }

    /** The same for a main class that a library holds. */
    public static Path springBoot(Path file, String main, Path... libraries) throws IOException {
        Manifest manifest = manifest("org.springframework.boot.loader.launch.JarLauncher");
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue("Start-Class", main);
        attributes.putValue("Spring-Boot-Classes", BOOT_CLASSES);
        attributes.putValue("Spring-Boot-Lib", BOOT_LIBRARIES);
        try (JarOutputStream jar = open(file, manifest);
                JarFile loader = new JarFile(jarOf("org.springframework.boot.loader.launch.JarLauncher")
                        .toFile())) {
            Enumeration<JarEntry> entries = loader.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".class")) {
                    try (InputStream in = loader.getInputStream(entry)) {
                        add(jar, new JarEntry(entry.getName()), in.readAllBytes());
                    }
                }
            }
            // The loader looks for this one folder, not for the files in it.
            add(jar, new JarEntry(BOOT_CLASSES), new byte[0]);
            addPrograms(jar, BOOT_CLASSES);
            for (Path library : libraries) {
                addStored(jar, BOOT_LIBRARIES + library.getFileName(), Files.readAllBytes(library));
            }
        }
        return file;
    }

    /** The jar that the tests have a class from. */
    public static Path jarOf(String className) {
        return jarOfResource(className.replace('.', '/') + ".class");
    }

    /** The jar on the tests' class path that holds a resource. */
    public static Path jarOfResource(String name) {
        URL resource = ProgramJar.class.getResource("/" + name);
        try {
            URLConnection connection = resource.openConnection();
            return Path.of(((JarURLConnection) connection).getJarFileURL().toURI());
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Manifest manifest(String main) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
        return manifest;
    }

    private static JarOutputStream open(Path file, Manifest manifest) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new JarOutputStream(out, manifest);
    }

    private static void addPrograms(JarOutputStream jar, String prefix) throws IOException {
        Path root = Path.of(JavaProgram.testClasses());
        List<Path> classes;
        try (Stream<Path> ours = Files.list(root.resolve(Path.of("io", "ztnio", "it", "programs")));
                Stream<Path> theirs = Files.list(root.resolve(Path.of("com", "example")))) {
            classes = Stream.concat(ours, theirs)
                    .filter(file -> file.toString().endsWith(".class"))
                    .toList();
        }
        for (Path file : classes) {
            String name = root.relativize(file).toString().replace('\\', '/');
            add(jar, new JarEntry(prefix + name), Files.readAllBytes(file));
        }
    }

    /** Nested jars are not compressed, so that they can be read in place. */
    private static void addStored(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setMethod(JarEntry.STORED);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        add(jar, entry, content);
    }

    private static void add(JarOutputStream jar, JarEntry entry, byte[] content) throws IOException {
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
