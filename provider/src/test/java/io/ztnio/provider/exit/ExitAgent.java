package io.ztnio.provider.exit;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent that does nothing but take a place at the end of the process. */
public final class ExitAgent {
    private ExitAgent() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        System.out.println("slot " + ShutdownSlot.take(instrumentation));
    }

    /** Writes a JAR that names this class, which is found on the class path. */
    static Path jar(Path directory) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), ExitAgent.class.getName());
        Path jar = directory.resolve("exit-agent.jar");
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        return jar;
    }
}
