package io.ztnio.tools.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar, from its manifest. */
public final class Version implements IVersionProvider {
    /** For example {@code 0.1.0}; {@code (unpackaged)} when run from class folders. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .or(Version::ofModule)
                .orElse("(unpackaged)");
    }

    /** Packages of named modules do not know what their jar's manifest says. */
    private static Optional<String> ofModule() {
        try (InputStream manifest = Version.class.getModule().getResourceAsStream("META-INF/MANIFEST.MF")) {
            return manifest == null
                    ? Optional.empty()
                    : Optional.ofNullable(new Manifest(manifest)
                            .getMainAttributes()
                            .getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"ztnio " + text()};
    }
}
