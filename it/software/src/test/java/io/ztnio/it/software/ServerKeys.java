package io.ztnio.it.software;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A key and a self-signed certificate for the servers of a test, which its clients trust. Stateless. */
final class ServerKeys {
    /** What the key store and the key in it are locked with. */
    static final String PASSWORD = "changeit";

    private ServerKeys() {}

    /**
     * Makes a PKCS12 file with an EC key under the alias {@code server} that is good for these addresses, and the certificate
     * in PEM beside it, {@code server.pem}.
     */
    static Path make(Path directory, String... addresses) throws IOException, InterruptedException {
        Path file = directory.resolve("server.p12");
        StringBuilder names = new StringBuilder("san=dns:localhost,ip:127.0.0.1");
        for (String address : addresses) {
            names.append(",ip:").append(address);
        }
        keytool(
                "-genkeypair -alias server -keyalg EC -groupname secp256r1 -validity 2 -dname CN=ztnio -storetype PKCS12"
                        + " -storepass " + PASSWORD + " -keystore " + file + " -ext " + names);
        keytool("-exportcert -rfc -alias server -storepass " + PASSWORD + " -keystore " + file + " -file "
                + directory.resolve("server.pem"));
        return file;
    }

    /**
     * The same key and certificate for programs that are not Java's.
     *
     * @param certificate in PEM
     * @param key PKCS8 in PEM
     */
    record Pem(Path certificate, Path key) {}

    /** Writes the key of a file that {@link #make} has made beside it, not locked. */
    static Pem pem(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
        return new Pem(
                file.resolveSibling("server.pem"),
                Files.writeString(
                        file.resolveSibling("server.key"),
                        "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n"));
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }
}
