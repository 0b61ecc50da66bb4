package io.ztnio.tools.cli.command;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar, from its manifest. */
public final class Version implements IVersionProvider {
    /** For example {@code 0.1.0}; {@code (unpackaged)} when run from class folders. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(unpackaged)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"ztnio " + text()};
    }
}
